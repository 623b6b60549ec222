import React from 'react';

interface Props {
  score: number;
  outOf: number;
  late: boolean;
}

export const ScoreBadge: React.FC<Props> = ({ score, outOf, late }) => (
  <span className={late ? 'badge badge-late' : 'badge'}>
    {score} / {outOf}
    {late && <span className="sr-only"> handed in late</span>}
  </span>
);
