import { accountSettings } from './settings/accounts.js';
import { limitSettings } from './settings/limits.js';
import { serverSettings } from './settings/server.js';
import { databaseSettings, redisSettings } from './settings/stores.js';
import { tokenSettings } from './settings/tokens.js';

/** Every environment variable that the server reads, in the order of the documentation. */
export const settings = {
  ...serverSettings,
  ...databaseSettings,
  ...redisSettings,
  ...tokenSettings,
  ...accountSettings,
  ...limitSettings,
};
