import { generateKeyPairSync, randomBytes } from 'node:crypto';

const secret = () => randomBytes(48).toString('base64');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encoded = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

process.stdout
  .write(`# New keys. They are printed once and not stored. Put the keys that you need into the environment
# of the service, never into a repository.
JWT_ACCESS_SECRET=${secret()}
JWT_REFRESH_SECRET=${secret()}
# For the second factor and webhooks:
ENCRYPTION_KEYS=${secret()}
# Only with JWT_ALGORITHM=ES256, in addition to JWT_ACCESS_SECRET:
JWT_ACCESS_PRIVATE_KEYS=${encoded}

# For a first installation, set them and start.
#
# To rotate without refusing a token, restart all instances one by one, three times. Each
# variable takes up to three values, separated by commas. The first signs, all verify.
#   1. Append the new value:      OLD,NEW    every instance can verify tokens of NEW
#   2. Move it to the front:      NEW,OLD    NEW signs. With ES256 wait for five minutes after
#      step 1, until other services have fetched /.well-known/jwks.json again.
#   3. Wait until the tokens of OLD have expired (ACCESS_TOKEN_TTL or REFRESH_TOKEN_TTL), then
#      remove it:                 NEW
# ENCRYPTION_KEYS rotates in the same way: the first encrypts, all decrypt. Before step 3, wait for
# ten minutes, in which the instances encrypt the stored secrets with NEW. Keep OLD to restore older
# backups.
# From HS256 to ES256: first JWT_ACCESS_PRIVATE_KEYS on every instance, then JWT_ALGORITHM=ES256.
#
# If a key leaked, replace the old value with the new one and restart all instances at once.
# All tokens of the old key become invalid.
`);
