console.error('a complaint'); undefinedFunction();
