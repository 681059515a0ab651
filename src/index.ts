export { type CanonicalResource, canonicalResources } from "./diff/canonical-resources.js";
export {
  type Change,
  type ChangeClass,
  type ChangeOp,
  type ChangePlace,
  type ChangeScope,
  type ComparedProxy,
  changeClasses,
  type Diff,
  type DiffNote,
  type IgnoredDifference,
  type IgnoredKind,
  type ListPosition,
} from "./diff/change.js";
export { type ChangeSelector, parseChangeSelector } from "./diff/change-selector.js";
export { diffFleets, type Fleet } from "./diff/diff-fleets.js";
export { type DiffOptions, diffSnapshots } from "./diff/diff-snapshots.js";
export type { ExplainingFilters } from "./diff/patches/attribute-changes.js";
export {
  type Attribution,
  type LackedChange,
  type LackReason,
  lackReasons,
  type PatchEffect,
  type PatchName,
} from "./diff/patches/attribution.js";
export { type AccountedPatch, type PatchAnswer, type PatchedDump, patchDump } from "./diff/patches/patch-answer.js";
export type {
  DeadRoute,
  RevivedRoute,
  TrafficCase,
  TrafficClass,
  TrafficDifference,
  WitnessExplanation,
} from "./diff/traffic/traffic-difference.js";
export { applyEnvoyFilters, type PatchedResources } from "./envoy-filter/apply-envoy-filters.js";
export {
  checkInForce,
  type ForceState,
  forceStates,
  type MissingPlace,
  type PatchCheck,
  type PatchInForce,
} from "./envoy-filter/check-in-force.js";
export { type MeshFacts, type PatchAssumption, patchAssumptionCodes } from "./envoy-filter/dump-proxy.js";
export {
  type ApplyTo,
  applyToKinds,
  type ClusterMatch,
  type ConfigPatch,
  type EnvoyFilter,
  type EnvoyFilterMetadata,
  type EnvoyFilterSpec,
  type FilterChainMatch,
  type FilterMatch,
  type ListenerMatch,
  type PatchBody,
  type PatchContext,
  type PatchMatch,
  type PatchOperation,
  type ProxyMatch,
  patchContexts,
  patchOperations,
  type RouteConfigurationMatch,
  type RouteMatch,
  type TargetRef,
  type VirtualHostMatch,
} from "./envoy-filter/envoy-filter.js";
export { envoyFilterSchema } from "./envoy-filter/envoy-filter-schema.js";
export {
  type NearestPatchCandidate,
  type PatchAccount,
  type PatchedType,
  type PatchPlace,
  type PatchReason,
  type PatchStatus,
  patchReasons,
  patchStatuses,
  type Suspicion,
  type SuspicionCode,
  suspicionCodes,
} from "./envoy-filter/patch-account.js";
export { type PatchedSnapshot, type PatchSnapshotOptions, patchSnapshot } from "./envoy-filter/patch-snapshot.js";
export type { PatchableResources, PatchedProxy, PatchOptions } from "./envoy-filter/patched-resources.js";
export {
  type NamedText,
  type ReadEnvoyFilters,
  readEnvoyFilters,
  type WrittenEnvoyFilter,
  type WrittenPatch,
} from "./envoy-filter/read-envoy-filters.js";
export { type CheckOptions, checkExpectations } from "./expectations/check-expectations.js";
export type {
  Coverage,
  Covered,
  UntouchedFilterChain,
  UntouchedListener,
  UntouchedRoute,
  UntouchedRouteConfiguration,
  UntouchedVirtualHost,
} from "./expectations/coverage.js";
export type { Expectation, ExpectedParts, Question } from "./expectations/expectation.js";
export { expectationsSchema } from "./expectations/expectations-schema.js";
export type { ExpectedFieldName } from "./expectations/expected-fields.js";
export { parseExpectations } from "./expectations/parse-expectations.js";
export type { CheckedExpectation, Mismatch, TestReport } from "./expectations/test-report.js";
export { type Behaviour, behaviourDifferences, behaviourFields, behaviourOf } from "./explain/behaviour.js";
export { type Agreement, agreementChecks, explainPath, type PathExplanation } from "./explain/explain-path.js";
export { type ExplainOptions, explain } from "./explain/explain-request.js";
export type {
  Cause,
  CauseCode,
  ClusterChoice,
  ExplainedEndpoint,
  Explanation,
  LocalResponse,
  NearestCandidate,
  OutcomeKind,
  RejectedCandidate,
  Resolution,
  Step,
  StepName,
  Uncertain,
  UncertainCode,
  UpstreamTls,
} from "./explain/explanation.js";
export { causeCodes, stepNames, uncertainCodes } from "./explain/explanation.js";
export { parseRequests } from "./explain/parse-requests.js";
export { parseSocketEnd } from "./explain/parse-socket-end.js";
export { requestForTarget, type TargetOptions } from "./explain/request-for-target.js";
export { requestSchema } from "./explain/request-schema.js";
export { type Suggestion, suggestServiceEntry } from "./explain/suggest-service-entry.js";
export { version } from "./generated/version.js";
export { type ListedBootstrap, listBootstraps } from "./list/bootstraps.js";
export { type ClusterFilters, type ListedCluster, listClusters } from "./list/clusters.js";
export { type EndpointFilters, endpointStatuses, type ListedEndpoint, listEndpoints } from "./list/endpoints.js";
export { type ExtensionFilters, type ListedExtension, listExtensions } from "./list/extensions.js";
export { type ListedFilterChain, type ListenerFilters, type ListenerType, listenerTypes, listListeners } from "./list/listeners.js";
export type { Listing, UnmatchedFilter } from "./list/listing.js";
export type { RouteDestination } from "./list/route-destination.js";
export { type ListedRoute, listRoutes, type RouteFilters } from "./list/routes.js";
export { type ListedSecret, listSecrets, type SecretFilters } from "./list/secrets.js";
export { type AnswerHead, answerHead, fileInWords } from "./model/answer.js";
export { kindNames, kindOfWord, kindWords } from "./model/kind-words.js";
export { type DecodeProblem, describeProblem } from "./model/problem.js";
export type { HttpVersion, Request, RequestHttp, RequestTls, SocketEnd, WrittenRequest } from "./model/request.js";
export {
  type ReadProblem,
  type Resource,
  type ResourceKind,
  type ResourceState,
  type Section,
  type SectionName,
  type Snapshot,
  type SnapshotDocument,
  type SnapshotFile,
  UnreadableInputError,
} from "./model/snapshot.js";
export { UsageError } from "./model/usage-error.js";
export type { Platform } from "./platform.js";
export { portablePlatform } from "./platform.js";
export { type QueryAnswer, type QueryOptions, type QueryResult, querySnapshot } from "./query/query-snapshot.js";
export { type ShownResource, type ShownResources, type ShowRequest, showResources } from "./query/show-resources.js";
export type { FurtherFiles, SnapshotRead } from "./read/assemble-snapshot.js";
export { chooseDump, type FolderFile, type FoundDump, type FoundDumps, findDumps, findDumpsInFolder } from "./read/find-dumps.js";
export type { InputFile } from "./read/open-input.js";
export { type ReadOptions, readSnapshot } from "./read/read-snapshot.js";
export { type NamedFile, type Redacted, type RedactOptions, redactFiles } from "./redact/redact-files.js";
export type { RedactedFileReport, Redaction, RedactionMap, Removal, RemovalKind } from "./redact/redaction.js";
export { parseRedactionMap, unmapText } from "./redact/unmap-text.js";
export { renderCanonicalText } from "./render/diff/canonical-text.js";
export type { DiffRenderOptions } from "./render/diff/options.js";
export { type DiffFormat, diffFormats, diffRenderers } from "./render/diff/renderers.js";
export { type TestFormat, testFormats, testReportRenderers } from "./render/expectations/renderers.js";
export { type ExplanationFormat, explanationFormats, explanationRenderers, pathRenderers } from "./render/explanation/renderers.js";
export type { AnyListing } from "./render/list/columns.js";
export { describeEmptyList } from "./render/list/empty.js";
export { type ListFormat, listFormats, listRenderers } from "./render/list/formats.js";
export type { ListRenderOptions } from "./render/list/options.js";
export type { Renderer, RenderOptions } from "./render/options.js";
export { type PatchFormat, patchCheckRenderers, patchFormats, patchRenderers } from "./render/patch/renderers.js";
export { type QueryFormat, queryFormats, queryRenderers } from "./render/query/formats.js";
export { describeReadProblem } from "./render/read-problem.js";
export { type RedactionFormat, redactionFormats, redactionRenderers } from "./render/redaction/renderers.js";
export { type ShowFormat, showFormats, showRenderers } from "./render/show/formats.js";
export { type SummaryFormat, summaryRenderers } from "./render/summary/renderers.js";
export { renderYaml } from "./render/yaml.js";
export { type SummariseOptions, summarise } from "./summary/summarise.js";
export type { Summary } from "./summary/summary.js";
export { type ByteSource, chunksOf, sourceOf } from "./util/byte-source.js";
export { nearestNames } from "./util/text.js";
