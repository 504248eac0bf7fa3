import { describe, expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { stopInTurn } from "../../src/program/shutdown.ts";

describe("a process that ends", () => {
  it("closes what it can, one thing after the other, and logs what it could not", async () => {
    const logged: string[] = [];
    const destination = { write: (line: string) => void logged.push(JSON.parse(line).msg) };
    const done: string[] = [];
    await stopInTurn(createLog({ secrets: [], level: "error", destination }), {
      "save the last words": () => Promise.reject(new Error("the disk is full")),
      "leave the platforms": async () => void done.push("left"),
      "close the state": async () => void done.push("closed"),
    });
    expect(done).toEqual(["left", "closed"]);
    expect(logged).toEqual(["stopping: could not save the last words"]);
  });
});
