import pc from "picocolors";

/** How an answer is to look. The command line fills it in from the terminal and the options. */
export interface RenderOptions {
  readonly colour: boolean;
  /** Characters a line may have. */
  readonly columns: number;
  /** Print the JSON pointer of each line of evidence. */
  readonly at: boolean;
  /** Print everything, folding nothing. */
  readonly all: boolean;
}

/** A renderer turns a plain value into text that ends in a line break. */
export type Renderer<Value> = (value: Value, options: RenderOptions) => string;

export type Palette = ReturnType<typeof pc.createColors>;

/** Colours that mean something: a verdict, a difference; without colour each returns its text as it is. */
export const paletteOf = (options: RenderOptions): Palette => pc.createColors(options.colour);
