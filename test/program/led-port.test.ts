import { expect, it } from "vitest";
import { ledPort } from "../../src/program/led-port.ts";
import { fakeChat } from "../fakes/chat.ts";
import { fakeClock } from "../fakes/clock.ts";

const room = { platform: "terminal", channel: "ops" } as const;
const card = { tone: "plain", title: "hello", lines: [] } as const;

it("says nothing where another process may lead, and says so as something that may pass", async () => {
  const chat = fakeChat(fakeClock());
  const port = ledPort(chat, async () => {
    throw new Error("another process leads since then");
  });
  const ref = await chat.post(room, card, "a");
  for (const said of [port.post(room, card, "b"), port.edit(ref, { ...card, title: "stale" })])
    await expect(said).rejects.toMatchObject({
      failure: { kind: "moment" },
      message: "Another process may lead now: another process leads since then",
    });
  expect(chat.messages.map(chat.text)).toEqual(["hello"]);
});

it("speaks as ever where it leads, and where nobody else can", async () => {
  const chat = fakeChat(fakeClock());
  await ledPort(chat, async () => undefined).post(room, card, "a");
  expect(ledPort(chat, undefined)).toBe(chat);
  expect(chat.messages.map(chat.text)).toEqual(["hello"]);
});
