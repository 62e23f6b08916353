import { RedisClient } from 'redis';

/**
 * As `createClient`, with one class of clients for all options. `createClient` builds the class, with
 * a method for each command, for each other URL, which would block the event loop for 30 ms.
 */
export const createRedisClient = RedisClient.factory({});
