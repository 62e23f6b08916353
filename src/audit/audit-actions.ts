/** The register of actions: every value that `action` can have, for filters and documentation. */
export const AUDIT_ACTIONS = [
  'register',
  'login',
  'login_failed',
  'logout',
  'session_ended',
  'refresh_reused',
  'activated',
  'activation_failed',
  'password_changed',
  'password_reset_requested',
  'password_reset',
  'password_reset_failed',
  'password_check_failed',
  'user_created',
  'user_updated',
  'role_changed',
  'status_changed',
  'user_deleted',
  'key_created',
  'key_revoked',
  'denied',
  'customer_created',
  'customer_updated',
  'customer_deleted',
  'customer_restored',
  'customer_erased',
  'customers_imported',
  'customers_exported',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ['success', 'failure'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
