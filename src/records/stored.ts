/** Plain JSON data. Every record carries a `version`, so that a later bot can bring it forward. */
export interface Stored {
  readonly version: number;
}

/** A sentence of an older bot, which kept no reasons as data. */
export interface AsTold {
  readonly is: "told";
  readonly text: string;
}

/** A record that says something by being there. */
export interface Marker extends Stored {
  readonly version: 1;
}
