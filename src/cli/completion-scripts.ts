/** What can be completed of a command. */
export interface CommandWords {
  /** Its name, then its aliases. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly values: readonly string[] }[];
  /** The values that its arguments may have; none: a file. */
  readonly values: readonly string[];
}

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** A completion script for each shell. All words in it come from the program itself. */
export const completionScripts = { bash, zsh, fish, powershell } satisfies Record<Shell, (commands: readonly CommandWords[]) => string>;

const namesOf = (commands: readonly CommandWords[]): string => commands.map(({ names: [name] }) => name).join(" ");
const flagsOf = ({ options }: CommandWords): string => options.map(({ flag }) => flag).join(" ");

/** The cases of a shell's `case` over the command (and, for options with a closed set of values, the word before). */
function caseLines(commands: readonly CommandWords[], offer: (words: string) => string, files: string): string {
  return commands
    .flatMap((command) => {
      const valued = command.options
        .filter(({ values }) => values.length > 0)
        .map(({ flag, values }) => `    ${command.names.map((name) => `${name}:${flag}`).join("|")}) ${offer(values.join(" "))} ;;`);
      const words = [flagsOf(command), ...command.values].join(" ");
      const rest = command.values.length > 0 ? "" : `; ${files}`;
      return [...valued, `    ${command.names.map((name) => `${name}:*`).join("|")}) ${offer(words)}${rest} ;;`];
    })
    .join("\n");
}

function bash(commands: readonly CommandWords[]): string {
  return `# bash completion for xdsight
_xdsight() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf(commands)} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}:$before" in
${caseLines(commands, (words) => `COMPREPLY=($(compgen -W "${words}" -- "$word"))`, 'COMPREPLY+=($(compgen -f -- "$word"))')}
  esac
}
complete -o filenames -F _xdsight xdsight
`;
}

function zsh(commands: readonly CommandWords[]): string {
  return `#compdef xdsight
# zsh completion for xdsight
_xdsight() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ names: [name], summary }) => `      ${quoteForShell(`${name}:${summary}`)}`).join("\n")}
    )
    _describe command commands
    return
  fi
  case "$words[2]:$words[CURRENT-1]" in
${caseLines(commands, (words) => `compadd -- ${words}`, "_files")}
  esac
}
compdef _xdsight xdsight
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ names, summary, options, values }) => [
    `complete -c xdsight -n __fish_use_subcommand -f -a ${names[0]} -d ${quoteForShell(summary)}`,
    ...options.map(
      ({ flag, summary: about, values: choices }) =>
        `complete -c xdsight -n '__fish_seen_subcommand_from ${names.join(" ")}' -l ${flag.slice(2)} -d ${quoteForShell(about)}${choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : ""}`,
    ),
    ...(values.length > 0 ? [`complete -c xdsight -n '__fish_seen_subcommand_from ${names.join(" ")}' -f -a '${values.join(" ")}'`] : []),
  ]);
  return `# fish completion for xdsight\n${lines.join("\n")}\n`;
}

function powershell(commands: readonly CommandWords[]): string {
  const cases = commands.map((command) => {
    const words = [flagsOf(command), ...command.values].join(" ").trim().split(" ");
    return `    { $_ -in ${command.names.map((name) => `'${name}'`).join(", ")} } { ${words.map((word) => `'${word}'`).join(", ")} }`;
  });
  return `# PowerShell completion for xdsight
Register-ArgumentCompleter -Native -CommandName xdsight -ScriptBlock {
  param($word, $line, $cursor)
  $parts = @($line.CommandElements | ForEach-Object { $_.ToString() })
  $first = $parts.Count -lt 2 -or ($parts.Count -eq 2 -and $word -ne '')
  $offered = if ($first) { ${commands.map(({ names: [name] }) => `'${name}'`).join(", ")} } else { switch ($parts[1]) {
${cases.join("\n")}
  } }
  $offered | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}

/** A text as one word of a POSIX shell and of fish. */
const quoteForShell = (text: string): string => `'${text.replaceAll("'", "’")}'`;
