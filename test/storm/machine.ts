/**
 * What the platforms' libraries reach for by themselves, put into simulated time: the wall clock,
 * timers, time limits and the network. Their own waits and limits run in the storm like this.
 */
import { DefaultRestOptions } from "discord.js";
import type { VirtualTime } from "./virtual-time.ts";

/** One request, as either library makes it. */
export type Ask = (url: string, asked: Asked) => Promise<Response>;

export interface Asked {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly signal: AbortSignal | undefined;
}

export interface Means {
  readonly time: VirtualTime;
  /** What the machine's clock shows. */
  wall(): number;
  readonly ask: Ask;
}

/** Gives all of it back when it is called. */
export function takeOver({ time, wall, ask }: Means): () => void {
  const real = globalThis.clearTimeout;
  const timer = (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    new Timer(time.after(ms, () => act(...given)));
  const clear = (one: unknown) => {
    if (one instanceof Timer) one.forget();
    else if (typeof one === "number" || typeof one === "string") real(one);
  };
  const back = [
    put(Date, "now", wall),
    put(globalThis, "setTimeout", timer),
    put(globalThis, "clearTimeout", clear),
    put(globalThis, "setInterval", () => new Timer(() => undefined)),
    listening(),
    put(AbortSignal, "timeout", (ms: number) => limit(time, ms)),
    put(globalThis, "fetch", (url: unknown, asked: Loose = {}) => ask(String(url), askedBy(asked))),
    put(DefaultRestOptions, "makeRequest", (url: string, asked: Loose) => ask(url, askedBy(asked))),
  ];
  return () => {
    for (const restore of back) restore();
  };
}

function put(target: object, name: string, value: unknown): () => void {
  const before: unknown = Reflect.get(target, name);
  Reflect.set(target, name, value);
  return () => void Reflect.set(target, name, before);
}

/**
 * Node keeps a signal that is made of others, and the whole world behind it, for as long as somebody
 * listens to it; a life that was killed takes nothing back.
 */
function listening(): () => void {
  const { addEventListener } = AbortSignal.prototype;
  const forget: (() => void)[] = [];
  const restore = put(
    AbortSignal.prototype,
    "addEventListener",
    function (this: AbortSignal, ...given: Parameters<typeof addEventListener>) {
      forget.push(() => this.removeEventListener(...given));
      addEventListener.apply(this, given);
    },
  );
  return () => {
    restore();
    for (const one of forget) one();
  };
}

/** What code of Node's expects of a timer. */
class Timer {
  readonly forget: () => void;

  constructor(forget: () => void) {
    this.forget = forget;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

function limit(time: VirtualTime, ms: number): AbortSignal {
  const over = new AbortController();
  const end = () => over.abort(new DOMException("It took too long", "TimeoutError"));
  time.after(ms, end, true);
  return over.signal;
}

interface Loose {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: unknown;
  readonly signal?: AbortSignal | null;
}

const askedBy = ({ method = "GET", headers = {}, body, signal }: Loose): Asked => ({
  method: method.toUpperCase(),
  headers: new Headers(headers),
  body: body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(String(body ?? "")),
  signal: signal ?? undefined,
});
