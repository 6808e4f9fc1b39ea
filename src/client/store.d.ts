import type { AnyEvents, ChannelOptions, ChannelState, EventOf, Events, Gap, Kulkul, KulkulError, Status } from './kulkul.js';

export interface StoreOptions<E extends Events = AnyEvents> extends ChannelOptions {
  /** How many events the list holds, the newest last; 100. With 0 there is `last` alone. */
  limit?: number;
  /** Only events of this name; without it all. */
  event?: keyof E & string;
}

/** What there is to draw. Another object whenever something has changed. */
export interface Snapshot<E extends Events = AnyEvents> {
  /** The state of the connection. */
  readonly connection: Status;
  /** The state of the subscription. */
  readonly state: ChannelState;
  /** Why it is refused. */
  readonly error: KulkulError | undefined;
  /** The newest event. */
  readonly last: EventOf<E> | undefined;
  /** The newest events, in their order. */
  readonly events: readonly EventOf<E>[];
  /** What was missing last: time to load the present state by other means. */
  readonly gap: Gap | undefined;
}

/** While anybody is subscribed to the store it is subscribed to the channel. Keeps Svelte's contract for stores, too. */
export interface ChannelStore<E extends Events = AnyEvents> {
  getSnapshot(): Snapshot<E>;
  /** Calls the listener at once, and then whenever something has changed, at most once in 16 ms. */
  subscribe(listener: (snapshot: Snapshot<E>) => void): () => void;
}

export function channelStore<E extends Events = AnyEvents>(
  kulkul: Kulkul,
  name: string,
  options?: StoreOptions<E>,
): ChannelStore<E>;
