/** Alongside's client for browsers: everything the widget and the desk are made of, without a framework. */

export * from './words';
export * from './frames';
export { Failure, type FailureCode, type FailureDetail } from './errors';
export { writable, derived, type Readable, type Unsubscribe, type Writable } from './readable';
export { browserStorage, memoryStorage, type KeyedStorage } from './storage';
export { newId } from './identifiers';
export { backoffSeconds } from './backoff';
export type { ConnectionState, SocketLike } from './connection';
export type { TopicSink } from './subscriptions';
export type { DurableCommand, Outbox, Pending } from './outbox';
export type { Typist } from './fold';
export type { Delivery, ThreadItem } from './timeline';
export type { Conversation, ConversationState } from './conversation';
export type { Mine, MineState } from './mine';
export type { Http } from './http';
export type { Files, Upload } from './files';
export { Client, createClient, type ClientOptions } from './client';
