import type { ErrorCode } from '../api/errors';
import type { Catalogue } from './en';

/** English is the type; a language that lacks a key, or has one more, does not compile. */
export type { Catalogue };

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every code the server or this client may answer has a sentence: `tsc` says which has none. */
type ErrorSentences = Record<ErrorCode, string>;
export const errorSentences = (catalogue: Catalogue): ErrorSentences => catalogue.errors;
