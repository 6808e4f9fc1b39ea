/**
 * The client of Kulkul's channels, for browsers and Node 20 or later.
 *
 * One connection that comes back by itself, with every subscription where it was. The guide is docs/client.md.
 */

/** Where a channel goes on: the last event that was received of it. A new epoch says that counting began again. */
export interface ChannelPosition {
  readonly seq: number;
  readonly epoch?: string;
}

/** Where a pattern goes on: the positions of its channels, and the time of the newest event, in ms by the hub's clock. */
export interface PatternPosition {
  readonly channels: { readonly [channel: string]: ChannelPosition };
  readonly timestamp: number;
}

/** Of a channel or of a pattern; the two are not interchangeable. */
export type Position = ChannelPosition | PatternPosition;

/** What an event filter compares members of the payload with: by plain name, or by JSON Pointer. See docs/protocol.md. */
export interface Filter {
  readonly [memberOrPointer: string]: string | number | boolean | readonly (string | number | boolean)[];
}

/** The names of a channel's events and their payloads, for those who like them checked: `channel<{shipped: Order}>(…)`. */
export type Events = object;

/** Any event with any payload. */
export interface AnyEvents {
  [event: string]: any;
}

/** An event as it came. */
export interface ChannelEvent<Name extends string = string, Payload = any> {
  /** The channel it was published to; of a pattern, one of those that match. */
  readonly channel: string;
  readonly event: Name;
  readonly payload: Payload;
  /** Its UUIDv7. */
  readonly id: string;
  /** 1, 2, 3 … per channel and epoch; absent in a namespace without history. */
  readonly seq?: number;
  readonly epoch?: string;
  /** When it was published, in ms by the hub's clock. */
  readonly timestamp: number;
  readonly correlation?: string;
  /** The user who published it; absent where the application did. */
  readonly publisher?: string;
  /** The pattern by which it came. */
  readonly pattern?: string;
}

/** The events of a channel as a union that `event.event` tells apart. */
export type EventOf<E extends Events> = {
  [Name in keyof E & string]: ChannelEvent<Name, E[Name]>;
}[keyof E & string];

/** Events that were not received, and that history has no more. */
export interface Gap {
  readonly channel: string;
  /** The first and the last that are missing; absent where nobody knows which. */
  readonly from?: number;
  readonly to?: number;
  readonly epoch?: string;
  /**
   * - `slow`: this client lagged behind, and history had them no more
   * - `expired`: they were too old, or too many, when the connection came back
   * - `reset`: counting began again while there was no connection, as after the restart of a server that keeps its events
   *   in memory; what was published before that and not received is gone
   * - `unknown`: there was no connection for a while, and the hub cannot say what was published meanwhile: the namespace
   *   keeps no history, or not every channel of the pattern could be resumed; or a store rested while others went on with
   *   its channel, see docs/client.md
   * - `buffer`: a loop over the events was slower than they came, and gave the oldest up
   */
  readonly reason: 'slow' | 'expired' | 'reset' | 'unknown' | 'buffer';
  /** Why history could not be asked. */
  readonly cause?: unknown;
}

/**
 * What went wrong. `code` is one of the hub's error codes (`forbidden`, `bad_channel`, … see docs/protocol.md) or one of
 * the client's own.
 */
export class KulkulError extends Error {
  readonly name: 'KulkulError';
  readonly code: ErrorCode;
  /** The channel it is about. */
  readonly channel?: string;
  /** The close code of the WebSocket. */
  readonly close?: number;
  /** How the handshake was answered, where the runtime tells (the package ws does, no browser does). */
  readonly status?: number;
  /** How many ms to wait before trying again. */
  readonly retry?: number;
  /** The server's log has more under this. */
  readonly correlation?: string;
  constructor(code: ErrorCode, message: string, details?: object);
}

export type ErrorCode =
  /** The hub refused a command. */
  | 'bad_json' | 'bad_request' | 'unknown_type' | 'unknown_dialect' | 'unauthenticated' | 'token_invalid'
  | 'token_expired' | 'forbidden' | 'bad_channel' | 'already_subscribed' | 'not_subscribed' | 'limit_subscriptions'
  | 'limit_message_size' | 'rate_limited' | 'history_unavailable' | 'unavailable' | 'internal'
  /** The hub ended a subscription: by a new token that does not allow it, or because an operator wished so. */
  | 'revoked'
  /** The connection ended. After the last five it does not come back; after `token` only with another token. */
  | 'going_away' | 'restarting' | 'full' | 'silent' | 'too_many_connections' | 'slow' | 'timeout' | 'unreachable'
  | 'token' | 'normal' | 'message_too_large' | 'protocol_violation' | 'not_allowed' | 'disconnected'
  /** There is no connection: no network, a frozen page, nothing to do without a token, or the application closed it. */
  | 'offline' | 'frozen' | 'idle' | 'closed'
  /** A publish was not made: too many wait already. */
  | 'queue_full'
  /** A publish was sent, and whether it was made nobody can say any more. */
  | 'unknown_outcome'
  /** Node 20 has no WebSocket of its own. */
  | 'no_websocket'
  | (string & {});

/** The state of the connection. */
export type Status =
  /** A token is asked for, or the handshake is under way. */
  | { readonly state: 'connecting'; readonly attempt: number }
  /** Events come, and what is published goes out at once. */
  | {
      readonly state: 'open';
      readonly connection: string;
      readonly instance: string;
      readonly user?: string;
      readonly tenant?: string;
    }
  /** It comes back at the time `until` (ms); without that, when the page is online and awake again. */
  | { readonly state: 'waiting'; readonly reason: KulkulError; readonly until?: number }
  /** It does not come back. */
  | { readonly state: 'closed'; readonly reason: KulkulError };

export type State = Status['state'];

/** The state of a subscription: nobody listens; on its way; events come; refused or ended, with an error. */
export type ChannelState = 'idle' | 'subscribing' | 'live' | 'refused';

/** Takes a listener away again; doing so twice does nothing. */
export type Off = () => void;

export interface Options {
  /**
   * A JSON Web Token, or a function that fetches one: it is called for each connection and before a token ends. Without
   * one (or where the function gives none) only public namespaces can be read. A string cannot be renewed: with it the
   * connection ends when the token does.
   */
  token?: string | (() => string | null | undefined | Promise<string | null | undefined>);
  /** How many publishes and other requests may wait for their answers; 1,000. Further ones fail with `queue_full`. */
  queue?: number;
  /**
   * In ms: how long the window is in which the first attempt to come back falls (15,000), and the longest one (30,000).
   * Shorter ones bring a single client back sooner and a thousand of them in a rush.
   */
  backoff?: { first?: number; longest?: number };
  /** What to connect with where the runtime has none, for instance that of the package ws. */
  WebSocket?: new (url: string, protocols: string[]) => WebSocketLike;
}

/** What the client needs of a WebSocket. */
export interface WebSocketLike {
  readonly readyState: number;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface ChannelOptions {
  /** Only events with such payloads; the hub filters. */
  filter?: Filter;
  /** Where to begin: everything after this follows, as far as the hub has it. Without it, or with null, with the next event. */
  since?: Position | null;
}

export interface PublishOptions {
  /** Of two publishes with the same key within five minutes the hub makes one. Without it each has one of its own. */
  key?: string;
  /** Goes along with the event, and into the server's log. */
  correlation?: string;
  /** Gives up. What was sent already may be made all the same. */
  signal?: AbortSignal;
}

export interface Published {
  /** Absent in a namespace without history. */
  readonly seq?: number;
  readonly epoch?: string;
  /** There was a publish with this key already, and this is its position. */
  readonly duplicate: boolean;
  readonly key: string;
}

export interface HistoryOptions {
  since?: ChannelPosition;
  /** 1 to 1000, without it 100. */
  limit?: number;
  /** The newest first. */
  reverse?: boolean;
  signal?: AbortSignal;
}

export interface History<E extends Events = AnyEvents> {
  /** The newest event's position. */
  readonly seq: number;
  readonly epoch: string;
  readonly events: readonly EventOf<E>[];
}

export interface LoopOptions {
  /** How many events may wait for the loop; 1,000. Beyond it the oldest is given up, and reported as a gap. */
  buffer?: number;
  /** Ends the loop. */
  signal?: AbortSignal;
}

/** A channel or a pattern. While anybody listens there is a subscription; publishing needs none. */
export interface Channel<E extends Events = AnyEvents> extends AsyncIterable<EventOf<E>> {
  readonly name: string;
  readonly state: ChannelState;
  /** Why it is refused. */
  readonly error: KulkulError | undefined;
  /** The last that was heard, to be given as `since` some other time; undefined before the first subscription. */
  readonly position: Position | undefined;
  /** Hears the events of this name, or with `*` all. */
  on<Name extends keyof E & string>(
    event: Name,
    handler: (payload: E[Name], event: ChannelEvent<Name, E[Name]>) => void,
  ): Off;
  on(event: '*', handler: (payload: EventOf<E>['payload'], event: EventOf<E>) => void): Off;
  /** Hears which events are missing; this is no listening that makes a subscription. */
  onGap(handler: (gap: Gap) => void): Off;
  onState(handler: (state: ChannelState, error: KulkulError | undefined) => void): Off;
  /** The events as a loop takes them, from now on. It throws where the subscription is refused, and ends with `close()`. */
  events(options?: LoopOptions): AsyncGenerator<EventOf<E>, void, void>;
  /** Publishes, as soon as there is a connection; the promise is kept when the hub has the event. */
  publish<Name extends keyof E & string>(event: Name, payload?: E[Name], options?: PublishOptions): Promise<Published>;
  /**
   * What the hub keeps of the channel, whether anybody listens or not. Not for patterns. Fails with `unavailable` where the hub
   * has said that six times; with a signal it is asked until that gives up.
   */
  history(options?: HistoryOptions): Promise<History<E>>;
}

/** One connection to the hub. */
export interface Kulkul {
  readonly state: State;
  /** The state with its details; the same object until it changes. */
  readonly status: Status;
  on(type: 'state', handler: (status: Status, before: Status) => void): Off;
  /** What went wrong in the background. Without a listener it is written to the console. */
  on(type: 'error', handler: (error: KulkulError) => void): Off;
  /** What is missing in any channel. */
  on(type: 'gap', handler: (gap: Gap) => void): Off;
  /**
   * The channel or pattern of this name, always the same object. Options hold for everybody who listens to it: another
   * filter than the one in use is an error, and without one the one in use holds.
   */
  channel<E extends Events = AnyEvents>(name: string, options?: ChannelOptions): Channel<E>;
  /**
   * Asks for a token now and gives it to the hub, for instance because the user may do more than before. Connects again where
   * the hub has sent a client away that had none.
   */
  renew(): void;
  /** Tries at once instead of waiting on. */
  reconnect(): void;
  /** Ends the connection for good; what waits fails with `closed`, loops end. */
  close(): void;
}

/** Connects. A relative address (`/ws`) is seen from the page; http: and https: stand for ws: and wss:. */
export function connect(url: string | URL, options?: Options): Kulkul;
