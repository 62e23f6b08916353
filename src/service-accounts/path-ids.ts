import { idParameter } from '../common/security/decorators.js';

/** The account, `:id`. */
export const ServiceAccountId = idParameter(
  'id',
  'The UUID of the service account.',
  '01890a5d-b5a1-7c9d-8e2f-3a4b5c6d7e8f',
);

/** The key, `:key_id`. */
export const KeyId = idParameter(
  'key_id',
  'The UUID of the key.',
  '01890a5d-c7f2-7d11-8e0a-6b5c4d3e2f1a',
);
