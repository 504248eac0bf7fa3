import { describe, expect, it } from "vitest";
import { addressed } from "../../src/chat/addressed.ts";
import type { Card } from "../../src/chat/port.ts";

const commands = [{ name: "status" }, { name: "start" }];
const card: Card = {
  tone: "plain",
  title: "status",
  lines: ["status shows all", ["Type ", { type: "start <plan>" }, " or ", { type: '"ABC Plan"' }]],
  rows: [{ mark: "waiting", name: "status", detail: [{ type: "status" }] }],
  next: [{ type: "starts nothing" }],
  footer: [{ type: "status" }],
};

describe("what a card says is to be typed", () => {
  it("begins with how the bot is addressed, where it is a command, and nothing else does", () => {
    expect(addressed(card, "/failover ", commands)).toEqual({
      ...card,
      lines: [
        "status shows all",
        ["Type ", { type: "/failover start <plan>" }, " or ", { type: '"ABC Plan"' }],
      ],
      rows: [{ mark: "waiting", name: "status", detail: [{ type: "/failover status" }] }],
      footer: [{ type: "/failover status" }],
    });
  });

  it("leaves a card alone that names no command", () => {
    const plain: Card = { tone: "good", title: "Done", lines: [] };
    expect(addressed(plain, "/failover ", commands)).toEqual(plain);
  });
});
