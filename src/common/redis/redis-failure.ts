import { ErrorReply } from 'redis';

/** Why Redis is unavailable. Readiness reports this. */
export type RedisFailure = 'no_answer' | 'refused' | 'tls' | 'cluster';

const TLS_CODES =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;
const CLUSTER_REPLIES = /^(MOVED|ASK|CLUSTERDOWN|CROSSSLOT)\b/;
/** Redis answers again soon: it loads its data, or a script runs. */
const TEMPORARY_REPLIES = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN)\b/;

export function failureOf(error: unknown): RedisFailure {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (error instanceof ErrorReply) {
    if (CLUSTER_REPLIES.test(message)) return 'cluster';
    return TEMPORARY_REPLIES.test(message) ? 'no_answer' : 'refused';
  }
  return TLS_CODES.test(code) ? 'tls' : 'no_answer';
}
