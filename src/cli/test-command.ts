import {
  checkExpectations,
  type Expectation,
  parseExpectations,
  type TestFormat,
  testFormats,
  testReportRenderers,
  UsageError,
} from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type DumpOptions, dumpAndRest, takesDump } from "./dump-argument.js";
import { exitCode } from "./exit-code.js";
import type { Io } from "./io.js";
import { loadSnapshots } from "./load-snapshot.js";
import { printEach } from "./print-each.js";
import { type LookOptions, renderOptionsOf, takesLook } from "./render-options.js";

interface TestCommandOptions extends DumpOptions, LookOptions {
  readonly output: TestFormat;
  readonly filter?: string;
  readonly coverage?: boolean;
  readonly failUnder?: number;
}

/** `xdsight test DUMP FILE…`: are the requests of these files explained as they expect it? */
export function testCommand(io: Io): CliCommand {
  const command = takesLook(takesDump(new CliCommand("test")).argument("[files...]", "expectations, YAML or JSON; - is standard input"));
  return command
    .description("check that requests go where files of expectations say; exit status 1 if one does not")
    .choice("-o, --output <format>", "output format", testFormats, "text")
    .option("--filter <text>", "only the expectations whose name contains it")
    .option("--coverage", "count the routes and listeners that the requests came through")
    .option("--fail-under <percent>", "fail if fewer of the routes are touched; counts the coverage too", parsePercent)
    .examples(
      "test dump.json expectations.yaml",
      "test dump.json expectations/*.yaml -o junit > report.xml",
      "test dump.json expectations.yaml --coverage --fail-under 80",
    )
    .answers(async (first: string | undefined, others: readonly string[], options: TestCommandOptions) => {
      const { dump, rest } = dumpAndRest([first, ...others], options, options.file === undefined ? others : [first, ...others]);
      if (rest.length === 0) throw new UsageError("no file of expectations is named; give one or several behind the dump");
      const expectations = (await Promise.all(rest.map((file) => readExpectations(io, file)))).flat();
      const loaded = await loadSnapshots(io, dump, options);
      const { filter, coverage, failUnder } = options;
      const reports = loaded.map(({ entry, snapshot }) => ({
        entry,
        report: checkExpectations(snapshot, expectations, {
          ...(filter === undefined ? {} : { filter }),
          ...(coverage === undefined ? {} : { coverage }),
          ...(failUnder === undefined ? {} : { failUnder }),
        }),
      }));
      const isNone = reports.every(({ report }) => report.expectations.length === 0);
      if (isNone) io.err(`xdsight: note: no expectation's name contains ${filter ?? ""}\n`);
      const render = testReportRenderers[options.output];
      const texts = reports.map(({ entry, report }) => ({ entry, text: render(report, renderOptionsOf(io, options)) }));
      await printEach(io, texts, options.output);
      return reports.every(({ report }) => report.passed) ? exitCode.done : exitCode.differs;
    });
}

async function readExpectations(io: Io, file: string): Promise<readonly Expectation[]> {
  return parseExpectations(new TextDecoder().decode(await io.readFile(file)), file === "-" ? "standard input" : file);
}

function parsePercent(text: string): number {
  if (!/^\d{1,3}(\.\d{1,3})?$/.test(text) || Number(text) > 100) throw new UsageError(`--fail-under ${text}: give a number from 0 to 100`);
  return Number(text);
}
