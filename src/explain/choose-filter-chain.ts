import type { MatchingBehaviour } from "../match/behaviour.js";
import type { MatchedConnection } from "../match/connection.js";
import { describeFilterChainMatch, chooseFilterChain as matchFilterChain } from "../match/filter-chain.js";
import { evaluateMatcher, type MatcherExtension } from "../match/matcher-tree.js";
import { readNetworkInput } from "../match/network-inputs.js";
import type { FilterChain } from "../model/filter-chain.js";
import type { Listener } from "../model/listener.js";
import { placeOf, unpack } from "../model/proto-json.js";
import type { NearestCandidate } from "./explanation.js";
import type { Journal } from "./journal.js";

/** The filter chain of a connection; where none takes it, why. */
export interface ChosenFilterChain {
  readonly chain: FilterChain | null;
  readonly at: string;
  /** Chains that came near and the criterion on which each failed, the nearest first. */
  readonly near: readonly NearestCandidate[];
}

/** A chain as a person names it: its name, else its place. */
export const chainName = (chain: FilterChain): string =>
  chain.default ? `${chain.name ?? "(unnamed)"} (default)` : `${chain.name ?? "(unnamed)"} #${chain.index}`;

/** Which of a listener's chains takes a connection: by its matcher tree, else by the chains' own matches, else the default one. */
export function chooseFilterChain(
  listener: Listener,
  connection: MatchedConnection,
  behaviour: MatchingBehaviour,
  journal: Journal,
): ChosenFilterChain {
  return listener.message.filter_chain_matcher === undefined
    ? byMatches(listener, connection, journal)
    : byTree(listener, connection, behaviour, journal);
}

function byMatches(listener: Listener, connection: MatchedConnection, journal: Journal): ChosenFilterChain {
  const choice = matchFilterChain(
    listener.filterChains.map(({ match }) => match),
    connection,
  );
  const near = choice.rejected
    .flatMap(({ index, failedOn, because, at }) => {
      const chain = listener.filterChains[index];
      return chain === undefined ? [] : [{ candidate: chainName(chain), failedOn: `${failedOn}: ${because}`, at }];
    })
    .slice(0, 8);
  const rejected = near.map(({ candidate, failedOn, at }) => ({ candidate, because: failedOn, at }));
  const candidates = choice.candidates.map((index) =>
    index === null ? listener.defaultFilterChain : (listener.filterChains[index] ?? null),
  );
  const chain = candidates.find((candidate) => candidate !== null) ?? null;
  if (choice.uncertain !== null) {
    journal.leaveOpen({
      code: choice.uncertain.code === "ambiguous" ? "ambiguous-filter-chain" : "source-unknown",
      at: chain?.at ?? listener.at,
      message: `filter chain: ${choice.uncertain.because}; possible: ${candidates.map((candidate) => (candidate === null ? "none" : chainName(candidate))).join(", ")}`,
      decidedBy: choice.uncertain.decidedBy,
    });
  }
  if (chain === null) {
    journal.decide("filter chain", "none", "no filter chain matches and there is no default one", listener.at, rejected);
    return { chain, at: listener.at, near };
  }
  const because = chain.default
    ? "no other filter chain matches"
    : choice.levels.map((level) => level.because).join(", ") || describeFilterChainMatch(chain.match);
  journal.decide("filter chain", chainName(chain), because, chain.at, rejected);
  return { chain, at: chain.at, near };
}

function byTree(listener: Listener, connection: MatchedConnection, behaviour: MatchingBehaviour, journal: Journal): ChosenFilterChain {
  const matcher = listener.message.filter_chain_matcher ?? {};
  const result = evaluateMatcher(matcher, readNetworkInput(connection), behaviour);
  const trail = result.steps.map(({ because }) => because).join(", ");
  switch (result.outcome) {
    case "none":
      return settle(
        listener,
        listener.defaultFilterChain,
        `the filter chain matcher leads nowhere${trail === "" ? "" : ` (${trail})`}`,
        result.at,
        journal,
      );
    case "action": {
      const name = chainNamedBy(result.action);
      const chain = listener.filterChains.find((candidate) => candidate.name === name) ?? null;
      const because =
        chain === null ? `the filter chain matcher names ${name}, which does not exist` : `by the filter chain matcher: ${trail}`;
      return settle(listener, chain, because, result.at, journal);
    }
    case "undecided": {
      const names = result.possible.map((action) => (action === null ? null : chainNamedBy(action)));
      const chains = names.map((name) =>
        name === null ? listener.defaultFilterChain : (listener.filterChains.find((chain) => chain.name === name) ?? null),
      );
      journal.leaveOpen({
        code: "undecided-match",
        at: result.at,
        message: `filter chain matcher: ${result.because}; possible: ${names.map((name) => name ?? "default").join(", ")}`,
        decidedBy: result.decidedBy,
      });
      return settle(listener, chains.find((chain) => chain !== null) ?? null, result.because, result.at, journal);
    }
  }
}

function settle(listener: Listener, chain: FilterChain | null, because: string, at: string, journal: Journal): ChosenFilterChain {
  journal.decide("filter chain", chain === null ? "none" : chainName(chain), because, at);
  return { chain, at: chain?.at ?? placeOf(listener.message, "filter_chain_matcher"), near: [] };
}

/** The name of the filter chain that a matcher's action leads to. */
export const chainNamedBy = (action: MatcherExtension): string =>
  unpack(action.typed_config, "google.protobuf.StringValue")?.value ?? action.name ?? "";
