import type { components } from '../api/schema';

// The names of the wire, taken from the server's own description, so that a change there is a
// compile error here.
type Schemas = components['schemas'];

export type User = Schemas['User'];
export type OwnUser = Schemas['OwnUser'];
export type Settings = Schemas['Settings'];
export type SettingsPatch = Schemas['SettingsPatch'];
export type ProfilePatch = Schemas['ProfilePatch'];
export type Registration = Schemas['Registration'];
export type SessionInfo = Schemas['Session'];
export type RelationState = Schemas['RelationState'];
export type Relation = Schemas['Relation'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
export type Quote = Schemas['Quote'];
export type Origin = Schemas['Origin'];
export type Reaction = Schemas['Reaction'];
export type SharedReaction = Schemas['SharedReaction'];
export type EarlierText = Schemas['EarlierText'];
export type Pin = Schemas['Pin'];
export type Saved = Schemas['Saved'];
export type Mention = Schemas['Mention'];
export type Level = Schemas['Level'];
export type Mine = Schemas['Mine'];
export type MinePatch = Schemas['MinePatch'];
export type Snapshot = Schemas['Snapshot'];
export type Batch = Schemas['Batch'];
export type Reset = Schemas['Reset'];
export type Advice = Schemas['Advice'];
export type Hello = Schemas['Hello'];
export type KeeplineEvent = Schemas['Event'];
export type MessageEvent = Schemas['MessageEvent'];
export type ReadEvent = Schemas['ReadEvent'];
export type RelationEvent = Schemas['RelationEvent'];
export type JoinedEvent = Schemas['JoinedEvent'];
export type LeftEvent = Schemas['LeftEvent'];
export type MemberEvent = Schemas['MemberEvent'];
export type ConversationEvent = Schemas['ConversationEvent'];
export type ClosedEvent = Schemas['ClosedEvent'];
export type ProfileEvent = Schemas['ProfileEvent'];
export type SettingsEvent = Schemas['SettingsEvent'];
export type Signal = Schemas['Signal'];

export function isReset(answer: Batch | Reset): answer is Reset {
  return 'reset' in answer;
}
