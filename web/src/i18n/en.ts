import { errors } from './en_errors';

export const en = {
  errors,
};
