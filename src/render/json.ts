/** An answer as JSON: the contract that scripts rely on. */
export const renderJson = (answer: object): string => `${JSON.stringify(answer, null, 2)}\n`;
