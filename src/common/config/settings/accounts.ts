import { ROLES } from '../../security/permissions.js';
import { mailSender, mailServer } from '../network.js';
import { integer, list, oneOf, optional, setting, text, url } from '../setting.js';

/** Registration, activation, the first admin, and how messages reach account holders. */
export const accountSettings = {
  registration: setting('REGISTRATION', oneOf('open', 'closed'), {
    default: 'open',
    help: 'Whether anyone may register. Production has no default.',
  }),
  registrationRole: setting('REGISTRATION_ROLE', oneOf('user', 'viewer', 'guest'), {
    default: 'user',
    help: 'Role of registered accounts. user can read and write customers.',
  }),
  passwordMinLength: setting('PASSWORD_MIN_LENGTH', integer({ min: 8, max: 64 }), {
    default: '8',
    help: 'Minimum length of a password, in characters.',
  }),
  accountActivation: setting('ACCOUNT_ACTIVATION', oneOf('none', 'email', 'mobile'), {
    default: 'none',
    help: 'Where a new account receives the code that it needs before its first log-in. Changed addresses then need a code, too.',
  }),
  mfaRequiredRoles: setting('MFA_REQUIRED_ROLES', list(oneOf(...ROLES)), {
    default: '',
    help: 'Roles that need a second factor, comma-separated. Until an account has one, its tokens grant nothing. Needs ENCRYPTION_KEYS.',
  }),
  mailUrl: optional(
    'MAIL_URL',
    mailServer,
    'SMTP server, smtps://user:password@host:465, or none for no mail and no password reset by mail. ' +
      'Required in production. Elsewhere, without it, messages are written to files.',
  ),
  mailFrom: setting('MAIL_FROM', mailSender, {
    default: 'Customer API <no-reply@localhost>',
    help: 'Sender of the mails.',
  }),
  smsWebhookUrl: optional(
    'SMS_WEBHOOK_URL',
    url('http', 'https'),
    'URL that receives each text message as POST {"to", "text"}. user:password@ in it is sent as Basic.',
  ),
  messagesDir: setting('MESSAGES_DIR', text, {
    default: 'data/messages',
    help: 'Folder for messages when MAIL_URL or SMS_WEBHOOK_URL is missing. Not used in production.',
  }),
  adminUsername: optional('ADMIN_USERNAME', text, 'Username of the first admin.'),
  adminEmail: optional('ADMIN_EMAIL', text, 'E-mail of the first admin.'),
  adminPassword: optional(
    'ADMIN_PASSWORD',
    text,
    'Password of the first admin. It is created at start if there is no active admin.',
  ),
};
