import { Pool, type PoolClient } from "pg";

type Connected = Parameters<Pool["connect"]>[0];

/**
 * A pool whose end is heard by everybody: `pg`'s own forgets whoever waits for a connection then, and who
 * waits for that waits for ever.
 */
export class HeardPool extends Pool {
  readonly #waiting = new Set<Connected>();

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | undefined {
    if (callback) return void this.#ask(callback);
    return new Promise((resolve, reject) =>
      this.#ask((error, client) => (client ? resolve(client) : reject(error))),
    );
  }

  #ask(callback: Connected): void {
    const told: Connected = (...answer) => {
      if (this.#waiting.delete(told)) callback(...answer);
    };
    this.#waiting.add(told);
    super.connect(told);
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    const ending = super.end().then(() => {
      const over = new Error("the connections to Postgres were closed meanwhile");
      for (const told of this.#waiting) told(over, undefined, () => undefined);
    });
    if (!callback) return ending;
    ending.then(callback, callback);
    return undefined;
  }
}
