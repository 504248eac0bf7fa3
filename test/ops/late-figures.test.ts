import { describe, expect, it } from "vitest";
import { lateFigures } from "../../src/ops/late-figures.ts";
import { createFigures } from "../../src/ops/metrics.ts";

function counted() {
  const loads: number[] = [];
  const figures = lateFigures(async () => {
    loads.push(1);
    return createFigures();
  });
  return { figures, loads };
}

describe("figures that nobody has read yet", () => {
  it("are not loaded, whatever happens", () => {
    const { figures, loads } = counted();
    figures.polled();
    figures.ordered("start", "asked");
    expect(loads).toEqual([]);
  });

  it("are loaded once when they are read, and hold what happened before and since", async () => {
    const { figures, loads } = counted();
    figures.polled();
    figures.request({ method: "GET", route: "sessions", outcome: "ok", ms: 40 });
    figures.chatFailed("slack", "moment");
    figures.refusals(() => 7);
    figures.gauge("platform_up", async () => ({ slack: 1 }));
    const [early] = await Promise.all([figures.text(), figures.text()]);
    expect(early).toContain("failover_bot_polls_total 1\n");
    expect(early).toContain('chat_failures_total{platform="slack",kind="moment"} 1\n');
    expect(early).toContain('em_request_seconds_count{route="sessions",outcome="ok"} 1\n');
    expect(early).toContain("refusals_total 7\n");
    expect(early).toContain('platform_up{platform="slack"} 1\n');
    figures.polled();
    figures.ordered("start", "asked");
    const late = await figures.text();
    expect(late).toContain("failover_bot_polls_total 2\n");
    expect(late).toContain('orders_total{action="start",outcome="asked"} 1\n');
    expect(loads).toHaveLength(1);
  });

  it("are loaded unread before too much waits for them", async () => {
    const { figures, loads } = counted();
    for (let i = 0; i < 999; i++) figures.polled();
    expect(loads).toHaveLength(0);
    for (let i = 0; i < 100; i++) figures.polled();
    expect(loads).toHaveLength(1);
    expect(await figures.text()).toContain("failover_bot_polls_total 1099\n");
  });

  it("say to whoever reads them why they cannot be loaded", async () => {
    const figures = lateFigures(() => Promise.reject(new Error("No such package")));
    for (let i = 0; i < 1000; i++) figures.polled();
    await expect(figures.text()).rejects.toThrow("No such package");
  });
});
