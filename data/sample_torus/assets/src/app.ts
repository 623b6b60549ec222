import { PresenceBadge } from './hooks/presence_badge';
import { DueDate } from './hooks/due_date';

export const hooks = { PresenceBadge, DueDate };
