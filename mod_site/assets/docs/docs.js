/* The page of an API's description: reads openapi.json and hands it to Swagger UI, made fit for people. */
(function () {
    "use strict";

    const place = document.getElementById("docs");

    /* --- the description --- */

    /* A parameter for each lookup of each attribute makes hundreds: each attribute is shown once, and says which others it has. */
    function fold(parameters) {
        const shown = new Map();

        for (const parameter of parameters) {
            const name = parameter.name || parameter.$ref;
            let at = parameter.in === "query" ? name.lastIndexOf("__") : -1;

            while (at > 0 && !shown.has(name.slice(0, at)))
                at = name.lastIndexOf("__", at - 1);
            if (at > 0)
                shown.get(name.slice(0, at)).more.push(name.slice(at));
            else
                shown.set(name, { parameter, more: [] });
        }
        return Array.from(shown.values(), ({ parameter, more }) => {
            const suffixes = more.map((suffix) => "`" + suffix + "`").join(" ");

            return more.length ? { ...parameter, description: `${parameter.description || ""}\n\nAlso with ${suffixes}` } : parameter;
        });
    }

    function foldAll(description) {
        for (const item of Object.values(description.paths)) {
            for (const operation of Object.values(item)) {
                if (operation.parameters)
                    operation.parameters = fold(operation.parameters);
            }
        }
        return description;
    }

    /* --- Swagger UI --- */

    /* Its own layout is a page of its own, with a list of servers of which there is one. */
    const layout = ({ React }) => ({
        components: {
            SiteLayout: ({ getComponent, specSelectors }) => {
                const make = React.createElement;
                const part = (name) => make(getComponent(name, true), { key: name });
                const signs = specSelectors.securityDefinitions();

                return make("div", { className: "swagger-ui" },
                    part("SvgAssets"), part("errors"), part("InfoContainer"),
                    signs && signs.size ? make("div", { className: "signs", key: "signs" }, part("AuthorizeBtnContainer")) : null,
                    part("operations"));
            },
        },
    });

    /* What it leaves out for those who do not see the page. */
    function label(root) {
        for (const row of root.querySelectorAll("tr[data-param-name]")) {
            for (const field of row.querySelectorAll("input, select, textarea"))
                field.setAttribute("aria-label", row.dataset.paramName);
        }
        for (const field of root.querySelectorAll("select:not([aria-label]), textarea:not([aria-label])"))
            field.setAttribute("aria-label", field.localName === "select" ? "Choice" : "Body");
        for (const box of root.querySelectorAll("pre:not([tabindex]), .model-box:not([tabindex])")) {
            if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
                box.tabIndex = 0;
        }
    }

    function cookie(name) {
        const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));

        return found && decodeURIComponent(found.slice(name.length + 1));
    }

    /* A session that changes something shows that this is the site's own page. */
    function sign(request) {
        const token = cookie("csrftoken");

        if (token && request.method && !/^(GET|HEAD|OPTIONS)$/i.test(request.method))
            request.headers["X-CSRFToken"] = token;
        return request;
    }

    function show(description) {
        const many = Object.keys(description.paths).length > 40;

        place.textContent = "";
        new MutationObserver(() => label(place)).observe(place, { childList: true, subtree: true });
        window.SwaggerUIBundle({
            spec: foldAll(description),
            domNode: place,
            layout: "SiteLayout",
            plugins: [layout],
            docExpansion: many ? "none" : "list",
            defaultModelsExpandDepth: -1,
            validatorUrl: null,
            deepLinking: false,
            syntaxHighlight: { activated: false },
            requestInterceptor: sign,
        });
    }

    function follow(dark) {
        document.documentElement.classList.toggle("dark-mode", dark.matches);
    }

    const dark = window.matchMedia("(prefers-color-scheme: dark)");

    follow(dark);
    dark.addEventListener("change", follow);
    fetch(place.dataset.document, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
        .then(show)
        .catch((error) => {
            const notice = document.createElement("p");

            notice.className = "notice";
            notice.setAttribute("role", "alert");
            notice.textContent = `The description could not be shown: ${error.message}.`;
            place.prepend(notice);
        });
})();
