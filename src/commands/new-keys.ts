import { generateKeyPairSync, randomBytes } from 'node:crypto';

// Needs nothing but Node, so that it runs from the sources as well as from the build.

const secret = () => randomBytes(48).toString('base64');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encoded = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

process.stdout
  .write(`# New keys, printed once and kept nowhere. Put those that you need where the service
# reads its environment, and into no repository.
JWT_ACCESS_SECRET=${secret()}
JWT_REFRESH_SECRET=${secret()}
# Only with JWT_ALGORITHM=ES256, beside JWT_ACCESS_SECRET:
JWT_ACCESS_PRIVATE_KEYS=${encoded}

# A first installation: set them and start.
#
# A rotation that refuses no token: three rolling restarts. Each variable takes up to three
# values with commas between them; the first signs, all verify.
#   1. Append the new value:      OLD,NEW    every instance can verify what is signed with NEW
#   2. Move it to the front:      NEW,OLD    from now on NEW signs; with ES256 five minutes
#      after step 1, when other services have fetched /.well-known/jwks.json again
#   3. Wait for the tokens that OLD has signed to expire, ACCESS_TOKEN_TTL for access and
#      REFRESH_TOKEN_TTL for refresh tokens, then drop it:   NEW
# From HS256 to ES256: first JWT_ACCESS_PRIVATE_KEYS on every instance, then JWT_ALGORITHM=ES256.
#
# A key that leaked: put the new value in the place of the old one and restart every instance at
# once. All tokens that the old one has signed end there.
`);
