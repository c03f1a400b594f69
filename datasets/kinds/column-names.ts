/** Names of the columns of tables and the keys of objects with puzzles, most definite first, as `plainName` writes them. */
export const columnNames: Readonly<Record<'question' | 'answer' | 'rating' | 'source', readonly string[]>> = {
  question: ['question', 'questions', 'quiz', 'quizzes', 'puzzle', 'puzzles', 'problem', 'problems'].concat(
    ['unsolved', 'clues', 'givens', 'sudoku', 'sudokus', 'board', 'boards', 'grid', 'grids'],
    ['start', 'initial', 'mission', 'input', 'inputs'],
  ),
  answer: ['answer', 'answers', 'solution', 'solutions', 'solved', 'result', 'target', 'output', 'outputs'].concat([
    'label',
    'labels',
  ]),
  rating: ['rating', 'ratings', 'difficulty', 'difficulties', 'score', 'hardness', 'level', 'er', 'backtracks'],
  source: ['source'],
};

/** A name in lower case, letters only. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z]/gu, '');
