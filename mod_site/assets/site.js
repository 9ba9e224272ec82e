/* What pages are nicer with. Every page works without. */
'use strict';

(() => {
    /* --- the filter form: what the chosen field does not have is not offered, and its values are asked for as fits --- */
    const types = { number: 'text', date: 'date', time: 'time' };

    /* `is one of` and `is between` take several values: a field for one would refuse them. */
    const takesSeveral = lookup => /^(?:in|range|overlap|regex|iregex)!?$/.test(lookup);

    const choicesOf = (option, lookup) => {
        if (lookup === 'isnull' || (option.dataset.kind === 'boolean' && !takesSeveral(lookup)))
            return [['true', 'yes'], ['false', 'no']];
        return option.dataset.choices && !takesSeveral(lookup) ? JSON.parse(option.dataset.choices) : null;
    };

    const makeSelect = (choices) => {
        const select = document.createElement('select');

        for (const [value, label] of choices)
            select.add(new Option(label, value));
        return select;
    };

    const makeInput = (kind, lookup) => {
        const input = document.createElement('input');

        input.type = takesSeveral(lookup) || lookup === 'year' || lookup === 'month' ? 'text' : types[kind] || 'text';
        input.autocomplete = 'off';
        if (kind === 'number')
            input.inputMode = 'text';
        if (takesSeveral(lookup))
            input.placeholder = lookup === 'range' ? 'from,to' : 'one,another';
        return input;
    };

    const fitForm = (form) => {
        const field = form.elements._field, lookup = form.elements._lookup;
        const all = [...lookup.options];

        const fitValue = () => {
            const old = form.elements._value, option = field.selectedOptions[0];
            const choices = choicesOf(option, lookup.value);
            const next = choices ? makeSelect(choices) : makeInput(option.dataset.kind, lookup.value);

            next.id = old.id;
            next.name = old.name;
            if (!choices && old.tagName === 'INPUT')
                next.value = old.value;
            old.replaceWith(next);
        };
        const fitLookups = () => {
            const kind = field.selectedOptions[0].dataset.kind, chosen = lookup.value;

            lookup.replaceChildren(...all.filter(option => option.dataset.kinds.split(' ').includes(kind)));
            lookup.value = [...lookup.options].some(option => option.value === chosen) ? chosen : lookup.options[0].value;
            fitValue();
        };

        field.addEventListener('change', fitLookups);
        lookup.addEventListener('change', fitValue);
        fitLookups();
    };

    for (const form of document.querySelectorAll('form[data-filter]'))
        fitForm(form);

    /* --- an empty search is no search --- */
    for (const form of document.querySelectorAll('form[role=search]')) {
        form.addEventListener('submit', () => {
            for (const input of form.querySelectorAll('input[type=search]'))
                input.disabled = input.value === '';
        });
    }

    /* --- the command line can be taken along --- */
    for (const pre of document.querySelectorAll('pre[data-copy]')) {
        const button = document.createElement('button');

        if (!navigator.clipboard)
            break;
        button.type = 'button';
        button.textContent = 'Copy';
        button.addEventListener('click', async () => {
            await navigator.clipboard.writeText(pre.textContent);
            button.textContent = 'Copied';
            setTimeout(() => { button.textContent = 'Copy'; }, 2000);
        });
        pre.after(' ', button);
    }
})();
