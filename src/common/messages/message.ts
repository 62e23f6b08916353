export type Channel = 'email' | 'sms';

/** What leaves the service. A text message is the text alone. */
export type Message =
  | { channel: 'email'; to: string; subject: string; text: string; html: string }
  | { channel: 'sms'; to: string; text: string };

/** Hands a message over; rejects with a {@link DeliveryError} when it was not taken. */
export type Deliver = (message: Message) => Promise<void>;

/**
 * Why a message was not taken, in words of the protocol alone: the answers of servers quote
 * addresses, which no log may hold.
 */
export class DeliveryError extends Error {
  constructor(
    /** A status or an error code, such as `550` or `ETIMEDOUT`. */
    readonly reason: string,
    /** Whether the message itself was refused, so that no later try can succeed. */
    readonly isFinal: boolean,
  ) {
    super(`The message was not taken: ${reason}`);
  }
}
