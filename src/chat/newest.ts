/** Puts a value in as the newest, and leaves out the oldest where there are more than `most`. */
export function putNewest<Value>(
  memory: Map<string, Value>,
  key: string,
  value: Value,
  most: number,
): void {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > most && oldest !== undefined) memory.delete(oldest);
}
