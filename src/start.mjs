#!/usr/bin/env node
// The entry. Plain JavaScript that old versions of Node can read: it looks which Node runs it, goes
// on with main.ts where that one is fit for it, and else starts again with the Node that `npm ci`
// brings on Linux.

import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { hideKnownWarnings, stripTypesWhereInstalled } from "./typescript.mjs";

// Of a checkout or a package with packages of its own; and of one that lies among others.
const bundledNodes = ["../node_modules/.bin/node", "../../.bin/node"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const thisFile = fileURLToPath(import.meta.url);
const settingsFault = 2;
// As in package.json's "start": room for young objects, in MiB. What EM answers is soon forgotten,
// and V8's own 16 keep more of it in memory for no less work.
const nodeOptions = ["--max-semi-space-size=8"];

/** The same versions as `engines` in package.json. */
function suits(version) {
  const [major, minor] = version.split(".").map(Number);
  return (major === 22 && minor >= 19) || major === 24 || major >= 26;
}

/**
 * What EM answers is soon garbage. V8 lets the heap double before it looks for some; half as much more
 * is a fifth less memory while hundreds of runs are watched, for little more work.
 */
function keepHeapSmall() {
  setFlagsFromString("--heap-growing-percent=50");
}

function runHere() {
  hideKnownWarnings();
  keepHeapSmall();
  stripTypesWhereInstalled();
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
  return import("./main.ts");
}

function refuse() {
  process.stderr.write(
    `failover-bot needs Node 22.19 or later of 22, Node 24, or Node 26 or later, but this is ${process.versions.node}: ` +
      "install one of these, or run npm ci (on Linux it brings Node 24) and start again\n",
  );
  process.exitCode = settingsFault;
}

/**
 * A signal that a terminal sends, it sends to the child as well; passed on, it would count twice
 * there.
 */
function passSignals(child) {
  const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => inTerminal || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
}

/** Ends as the child ended: with its exit code, or by the signal that ended it. */
function endLike(code, signal) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function runWith(node) {
  const args = [...nodeOptions, thisFile, ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  passSignals(child);
  child.on("error", refuse);
  child.on("exit", endLike);
}

/** Another Node than the one that runs this, if there is one. */
const bundledNode = () =>
  bundledNodes.find(
    (node) => existsSync(node) && realpathSync(node) !== realpathSync(process.execPath),
  );

function start() {
  if (suits(process.versions.node)) return void runHere();
  const node = bundledNode();
  if (node) runWith(node);
  else refuse();
}

start();
