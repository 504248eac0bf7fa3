import { describe, expect, it } from "vitest";
import { emTime } from "../../src/em/em-time.ts";

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
const date = (at: number) => new Date(at).toUTCString();

describe("EM's clock", () => {
  const ahead = () => {
    const time = emTime({ now: () => NOW });
    time.heard(date(NOW + 60_000), 100);
    return time;
  };
  const session = {
    id: "1",
    createdAt: NOW + 60_000,
    vms: [{ vm: "a", endedAt: NOW, progress: 3 }],
  };

  it("is told by each answer, and what EM says is moved to ours", () => {
    const time = ahead();
    expect(time.offsetMs).toBe(60_000);
    expect(time.ours(session)).toEqual({
      id: "1",
      createdAt: NOW,
      vms: [{ vm: "a", endedAt: NOW - 60_000, progress: 3 }],
    });
  });

  it("makes the same thing of the same thing, so that what has not changed is known", () => {
    const time = ahead();
    expect(time.ours([session])[0]).toBe(time.ours([session])[0]);
  });

  it("that is put right shows the same thing at another time", () => {
    const time = ahead();
    time.ours(session);
    time.heard(date(NOW + 30_000), 100);
    expect(time.ours(session).createdAt).toBe(NOW + 30_000);
  });
});
