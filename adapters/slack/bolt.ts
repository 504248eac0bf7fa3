/**
 * What runs of Bolt. The front page of the package also loads Express, which nothing here uses and
 * which takes half of the time that loading Bolt takes; so its files are named one by one, of the
 * version that package.json pins. Types come from the front page as ever: they load nothing.
 */
import { createRequire } from "node:module";
import type * as bolt from "@slack/bolt";

const require = createRequire(import.meta.url);
const FILES = "@slack/bolt/dist";

interface Only<Default> {
  readonly default: Default;
}

const app: Only<typeof bolt.App> & Pick<typeof bolt, "LogLevel"> = require(`${FILES}/App.js`);
const http: Only<typeof bolt.HTTPReceiver> = require(`${FILES}/receivers/HTTPReceiver.js`);
const socket: Only<typeof bolt.SocketModeReceiver> = require(
  `${FILES}/receivers/SocketModeReceiver.js`,
);
const verifying: Pick<typeof bolt, "isValidSlackRequest"> = require(
  `${FILES}/receivers/verify-request.js`,
);

export const { default: App, LogLevel: BoltLogLevel } = app;
export const { default: HTTPReceiver } = http;
export const { default: SocketModeReceiver } = socket;
export const { isValidSlackRequest } = verifying;
export const HTTPModuleFunctions: typeof bolt.HTTPModuleFunctions = require(
  `${FILES}/receivers/HTTPModuleFunctions.js`,
);
export * as webApi from "@slack/web-api";
