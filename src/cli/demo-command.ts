import { isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UnreadableInputError } from "../index.js";
import { CliCommand } from "./cli-command.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import type { Io } from "./io.js";

/** One act of the demo: what it shows, and the command line that shows it. */
interface Act {
  readonly shows: string;
  readonly argv: readonly string[];
}

/** The dumps that the demo reads, by their names in snapshots/. */
const dumps = { bookinfo: "bookinfo.json.gz", accessLogOff: "accesslog-off.json.gz", accessLogOn: "accesslog-on.json.gz" } as const;

const acts = (): readonly Act[] => [
  {
    shows: "An HTTP request to a service of the mesh, from the productpage's sidecar.",
    argv: ["explain", snapshotPath(dumps.bookinfo), "http://reviews:9080/reviews/0"],
  },
  {
    shows: "Raw TCP to a database; the client speaks first.",
    argv: ["explain", snapshotPath(dumps.bookinfo), "tcp://mysql:3306"],
  },
  {
    shows: "HTTPS to a host outside, which no ServiceEntry names.",
    argv: ["explain", snapshotPath(dumps.bookinfo), "https://api.example.com/"],
  },
  {
    shows: "Before and after two EnvoyFilters that switch on outbound access logs:\nsnapshots/accesslog-envoyfilter.yaml.",
    argv: ["diff", snapshotPath(dumps.accessLogOff), snapshotPath(dumps.accessLogOn)],
  },
];

const whatNext = `Now on your own dump:
  $ kubectl exec POD -c istio-proxy -- \\
      pilot-agent request GET 'config_dump?include_eds' > config_dump.json
  $ xdsight summary config_dump.json
  $ xdsight explain config_dump.json http://SERVICE:PORT/PATH
In a checkout that is built, \`npx xdsight\` runs it.
`;

/**
 * `xdsight demo`: three requests explained and one change shown, on the dumps in snapshots/.
 * Each command line is printed before its output, so that it can be repeated on another file.
 *
 * @param run runs one command line on the same streams
 */
export function demoCommand(io: Io, run: (argv: readonly string[], io: Io) => Promise<ExitCode>): CliCommand {
  return new CliCommand("demo")
    .description("explain three requests and diff two dumps, on the snapshots that come with the source")
    .examples("demo")
    .answers(async () => {
      await refuseWithoutSnapshots(io);
      for (const { shows, argv } of acts()) {
        await io.out(`# ${shows.replaceAll("\n", "\n# ")}\n$ xdsight ${argv.map(quoted).join(" ")}\n\n`);
        const status = await run(argv, io);
        // What refuses or breaks has said so on standard error; a diff that finds something ends with 1.
        if (status !== exitCode.done && status !== exitCode.differs) return status;
        await io.out(argv[0] === "diff" ? `\n(exit status ${status}${status === exitCode.differs ? ": they differ" : ""})\n\n` : "\n");
      }
      await io.out(whatNext);
      return exitCode.done;
    });
}

/** The path of a snapshot beside the code: as seen from the working directory when it lies below it, else in full. */
function snapshotPath(name: string): string {
  const path = join(fileURLToPath(new URL("../../snapshots", import.meta.url)), name);
  const seen = relative(resolve(), path);
  return seen.startsWith("..") || isAbsolute(seen) ? path : seen;
}

/** The published package leaves the snapshots out. */
async function refuseWithoutSnapshots(io: Io): Promise<void> {
  for (const name of Object.values(dumps)) {
    try {
      await io.readFile(snapshotPath(name));
    } catch (error) {
      if (!(error instanceof UnreadableInputError)) throw error;
      throw new UnreadableInputError(
        `${error.message}; the demo's dumps come with the source, not with the package: try \`xdsight summary\` on a dump of your own`,
      );
    }
  }
}

/** As a POSIX shell reads it back. */
const quoted = (argument: string): string => (/^[\w./:@%+=,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`);
