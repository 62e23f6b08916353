export { ApiError, type Problem } from './api-error.js';
export {
  CustomerApi,
  type CustomerApiOptions,
  type Credentials,
  type Proof,
} from './customer-api.js';
export type { Item, ListOptions, ListPath } from './lists.js';
export type { Tokens } from './session.js';
export type { components, paths } from './schema.js';
