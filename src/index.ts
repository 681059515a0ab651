export type { Platform } from "./platform.js";
export { portablePlatform } from "./platform.js";
