import { NewId1763600000000 } from './1763600000000-new-id.js';
import { Users1763600001000 } from './1763600001000-users.js';
import { Sessions1763600002000 } from './1763600002000-sessions.js';
import { Customers1763600003000 } from './1763600003000-customers.js';
import { AuditEvents1763600004000 } from './1763600004000-audit-events.js';
import { Outbox1763600020000 } from './1763600020000-outbox.js';
import { OneTimeCodes1763600020001 } from './1763600020001-one-time-codes.js';
import { PendingAddresses1763600020002 } from './1763600020002-pending-addresses.js';
import { LoginAttempts1763600020003 } from './1763600020003-login-attempts.js';
import { AuditFilters1763600020004 } from './1763600020004-audit-filters.js';
import { CustomersAtScale1763600030000 } from './1763600030000-customers-at-scale.js';
import { IdempotencyKeys1763600030100 } from './1763600030100-idempotency-keys.js';
import { CustomerImports1763600030200 } from './1763600030200-customer-imports.js';
import { Instances1764100010000 } from './1764100010000-instances.js';
import { OutstandingCredentials1764100020000 } from './1764100020000-outstanding-credentials.js';
import { CanonicalMobiles1764100020001 } from './1764100020001-canonical-mobiles.js';
import { CustomerPhoneAndMetadata1764100030000 } from './1764100030000-customer-phone-and-metadata.js';
import { CustomerSearch1764100030001 } from './1764100030001-customer-search.js';
import { IdempotentBatches1764100030002 } from './1764100030002-idempotent-batches.js';
import { MomentOfTheStatement1764100030003 } from './1764100030003-moment-of-the-statement.js';
import { ImportMapping1764100040000 } from './1764100040000-import-mapping.js';
import { ChangeFeed1764100050000 } from './1764100050000-change-feed.js';
import { Webhooks1764100070010 } from './1764100070010-webhooks.js';
import { ServiceAccounts1764100071000 } from './1764100071000-service-accounts.js';
import { ApiKeys1764100071001 } from './1764100071001-api-keys.js';
import { SecondFactor1764100072000 } from './1764100072000-second-factor.js';
import { OutboxTraces1764100073000 } from './1764100073000-outbox-traces.js';
import { EventTraces1764100075000 } from './1764100075000-event-traces.js';
import { SearchFolding1764100076000 } from './1764100076000-search-folding.js';
import { AuditFailures1764100077000 } from './1764100077000-audit-failures.js';

/** The migrations in their order. A released migration is never edited. */
export const migrations = [
  NewId1763600000000,
  Users1763600001000,
  Sessions1763600002000,
  Customers1763600003000,
  AuditEvents1763600004000,
  Outbox1763600020000,
  OneTimeCodes1763600020001,
  PendingAddresses1763600020002,
  LoginAttempts1763600020003,
  AuditFilters1763600020004,
  CustomersAtScale1763600030000,
  IdempotencyKeys1763600030100,
  CustomerImports1763600030200,
  Instances1764100010000,
  OutstandingCredentials1764100020000,
  CanonicalMobiles1764100020001,
  CustomerPhoneAndMetadata1764100030000,
  CustomerSearch1764100030001,
  IdempotentBatches1764100030002,
  MomentOfTheStatement1764100030003,
  ImportMapping1764100040000,
  ChangeFeed1764100050000,
  Webhooks1764100070010,
  ServiceAccounts1764100071000,
  ApiKeys1764100071001,
  SecondFactor1764100072000,
  OutboxTraces1764100073000,
  EventTraces1764100075000,
  SearchFolding1764100076000,
  AuditFailures1764100077000,
];
