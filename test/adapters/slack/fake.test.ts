import { afterEach, describe, expect, it } from "vitest";
import { fakeClock } from "../../fakes/clock.ts";
import { createFakeSlack, type FakeSlack } from "../../fakes/slack/fake-slack.ts";
import { messageRefusal, optionsRefusal, viewRefusal } from "../../fakes/slack/limits.ts";

const fakes: FakeSlack[] = [];
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

async function fakeSlack() {
  const clock = fakeClock();
  const slack = await createFakeSlack({ clock, scopes: ["chat:write"] });
  fakes.push(slack);
  const call = async (method: string, args: Record<string, string>, token = slack.botToken) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(slack.url + method, {
      method: "POST",
      headers,
      body: new URLSearchParams(args),
    });
    return {
      status: answer.status,
      retryAfter: answer.headers.get("retry-after"),
      body: (await answer.json()) as Record<string, string>,
    };
  };
  return { slack, clock, call };
}

const text = (words: string) => ({ type: "plain_text", text: words });
const button = (id: string, more: object = {}) => ({
  type: "button",
  action_id: id,
  text: text("Go"),
  ...more,
});

describe("the fake Slack refuses what Slack refuses", () => {
  it.each([
    ["too much text", "x".repeat(4001), [], "msg_too_long"],
    ["nothing", "", [], "no_text"],
    ["51 blocks", "x", Array.from({ length: 51 }, () => ({ type: "divider" })), "invalid_blocks"],
    ["a long header", "x", [{ type: "header", text: text("x".repeat(151)) }], "invalid_blocks"],
    ["a long section", "x", [{ type: "section", text: text("x".repeat(3001)) }], "invalid_blocks"],
    ["an empty text", "x", [{ type: "header", text: text("") }], "invalid_blocks"],
    ["an empty rich text", "x", [{ type: "rich_text", elements: [] }], "invalid_blocks"],
    [
      "eleven in a context",
      "x",
      [{ type: "context", elements: Array(11).fill(text("x")) }],
      "invalid_blocks",
    ],
    [
      "a long label",
      "x",
      [{ type: "actions", elements: [button("a", { text: text("x".repeat(76)) })] }],
      "invalid_blocks",
    ],
    [
      "a long value",
      "x",
      [{ type: "actions", elements: [button("a", { value: "x".repeat(2001) })] }],
      "invalid_blocks",
    ],
    [
      "twin actions",
      "x",
      [{ type: "actions", elements: [button("a"), button("a")] }],
      "invalid_blocks",
    ],
    [
      "too much of all",
      "x",
      Array(6).fill({ type: "section", text: text("x".repeat(2900)) }),
      "msg_blocks_too_long",
    ],
  ])("%s", (_, words, blocks, error) => {
    expect(messageRefusal(words, blocks)?.error).toBe(error);
  });

  it("a form with a long title, and options that are too many or too long", () => {
    const view = { type: "modal", title: text("x".repeat(25)), blocks: [] };
    expect(viewRefusal(view)?.why).toContain("modal.title");
    const option = (label: string) => ({ text: text(label), value: "x" });
    expect(optionsRefusal(Array(101).fill(option("x")))).toBe("101 options");
    expect(optionsRefusal([option("x".repeat(76))])).toBeDefined();
  });

  it.each([
    ["another token", "C0WAR", "xoxb-other", "invalid_auth"],
    ["an unknown channel", "C0NONE", undefined, "channel_not_found"],
    ["a channel without the bot", "C0OTHER", undefined, "not_in_channel"],
  ])("%s", async (_, channel, token, error) => {
    const { call } = await fakeSlack();
    expect((await call("chat.postMessage", { channel, text: "x" }, token)).body).toMatchObject({
      ok: false,
      error,
    });
  });

  it("a method without its scope, which it names", async () => {
    const { call } = await fakeSlack();
    const { body } = await call("users.info", { user: "U0ALICE" });
    expect(body).toMatchObject({ error: "missing_scope", needed: "users:read" });
  });

  it("more than fifty edits a minute, with the seconds to wait", async () => {
    const { call, clock } = await fakeSlack();
    const { body } = await call("chat.postMessage", { channel: "C0WAR", text: "x" });
    const edit = () => call("chat.update", { channel: "C0WAR", ts: body.ts ?? "", text: "y" });
    for (let count = 0; count < 50; count++) expect((await edit()).status).toBe(200);
    expect(await edit()).toMatchObject({ status: 429, retryAfter: "2" });
    clock.advance(2000);
    expect((await edit()).status).toBe(200);
  });

  it("a trigger that was used, and one that is older than three seconds", async () => {
    const { slack, call, clock } = await fakeSlack();
    const triggers = [await slack.command("x"), await slack.command("x")].map(({ envelope }) =>
      String(envelope.payload.trigger_id),
    );
    const view = JSON.stringify({ type: "modal", title: text("x"), blocks: [] });
    const open = async (trigger_id = "") => (await call("views.open", { trigger_id, view })).body;
    expect(await open(triggers[0])).toMatchObject({ ok: true });
    expect(await open(triggers[0])).toMatchObject({ error: "exchanged_trigger_id" });
    clock.advance(3001);
    expect(await open(triggers[1])).toMatchObject({ error: "expired_trigger_id" });
  });

  it("a sixth answer to one command, and any after half an hour", async () => {
    const { slack, clock } = await fakeSlack();
    const addressOf = async () => String((await slack.command("x")).envelope.payload.response_url);
    const answer = async (address: string) =>
      (await fetch(address, { method: "POST", body: JSON.stringify({ text: "x" }) })).status;
    const address = await addressOf();
    const statuses = [];
    for (let count = 0; count < 6; count++) statuses.push(await answer(address));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    const late = await addressOf();
    clock.advance(30 * 60_000 + 1);
    expect(await answer(late)).toBe(404);
  });
});
