export type Channel = 'email' | 'sms';

/** A message that leaves the service. An SMS has only a text. */
export type Message =
  | { channel: 'email'; to: string; subject: string; text: string; html: string }
  | { channel: 'sms'; to: string; text: string };

/** Hands a message over; rejects with a {@link DeliveryError} when it was not accepted. */
export type Deliver = (message: Message, traceparent: string | null) => Promise<void>;

/**
 * Why a message was not accepted, by the protocol's code alone. The answers of mail servers quote
 * addresses, which no log may hold.
 */
export class DeliveryError extends Error {
  constructor(
    /** A status or an error code, such as `550` or `ETIMEDOUT`. */
    readonly reason: string,
    /** Whether the message itself was refused, so that no retry can succeed. */
    readonly isFinal: boolean,
  ) {
    super(`The message was not accepted: ${reason}`);
  }
}
