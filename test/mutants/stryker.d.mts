interface SourceFile {
  readonly name: string;
  readonly mutate: boolean;
  readonly content: string;
}

/** From 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface MadeMutant {
  readonly id: string;
  readonly fileName: string;
  readonly location: { readonly start: Position; readonly end: Position };
  readonly replacement: string;
  readonly status?: string;
}

/** All mutants of all these files, in their sources, each behind a switch. */
export function instrument(files: readonly SourceFile[]): Promise<{
  readonly files: readonly SourceFile[];
  readonly mutants: readonly MadeMutant[];
}>;
