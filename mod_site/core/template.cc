/* The one file in C++: the library's classes behind template.h. No exception leaves it. */
extern "C" {
#include "core/json.h"
#include "core/template.h"
#include "core/template_source.h"
}

#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_string.h>

#include <cstring>
#include <new>
#include <set>
#include <string>

namespace {

const char context[] = "{{%AUTOESCAPE context=\"HTML\"}}";
const ctemplate::Strip strip = ctemplate::STRIP_BLANK_LINES;

/* What the library writes goes into our sink. */
class SinkEmitter : public ctemplate::ExpandEmitter {
  public:
    explicit SinkEmitter(site_sink_t *sink) : sink_(sink) {
    }
    void Emit(char c) override {
        site_sink_char(sink_, c);
    }
    void Emit(const std::string &text) override {
        site_sink_write(sink_, text.data(), text.size());
    }
    void Emit(const char *text) override {
        site_sink_puts(sink_, text);
    }
    void Emit(const char *text, size_t length) override {
        site_sink_write(sink_, text, length);
    }

  private:
    site_sink_t *const sink_;
};

/* A view as the library asks for it: it pulls, so that nothing is copied, and nothing made that no template shows. */
class ViewDictionary : public ctemplate::TemplateDictionaryInterface {
  public:
    explicit ViewDictionary(site_view_t *view) : view_(view) {
    }

  protected:
    ctemplate::TemplateString GetValue(const ctemplate::TemplateString &name) const override {
        const bool json = EndsWith(name, SITE_TEMPLATE_JSON);
        const site_view_entry_t *entry =
            site_view_find(view_, name.data(), name.size() - (json ? sizeof SITE_TEMPLATE_JSON - 1 : 0));

        if (!entry || (entry->kind != SITE_VIEW_TEXT && entry->kind != SITE_VIEW_MARKUP))
            return ctemplate::TemplateString("", 0);
        if (json)
            return Escaped(entry);
        return ctemplate::TemplateString(entry->text, entry->length);
    }

    bool IsHiddenSection(const ctemplate::TemplateString &name) const override {
        if (EndsWith(name, SITE_TEMPLATE_UNLESS))
            return IsThere(name, sizeof SITE_TEMPLATE_UNLESS - 1);
        return !IsThere(name, EndsWith(name, SITE_TEMPLATE_IF) ? sizeof SITE_TEMPLATE_IF - 1 : 0);
    }

    bool IsUnhiddenSection(const ctemplate::TemplateString &name) const override {
        return !IsHiddenSection(name);
    }

    Iterator *CreateSectionIterator(const ctemplate::TemplateString &name) const override;

    /* Templates within templates have become one text before the library sees them. */
    bool IsHiddenTemplate(const ctemplate::TemplateString &) const override {
        return true;
    }
    const char *GetIncludeTemplateName(const ctemplate::TemplateString &, int) const override {
        return "";
    }
    Iterator *CreateTemplateIterator(const ctemplate::TemplateString &) const override {
        return nullptr;
    }
    void DumpToString(std::string *, int) const override {
    }

  private:
    class Items;

    /* The library's own escaping for JSON lets control characters pass. The copy lives as long as the view. */
    ctemplate::TemplateString Escaped(const site_view_entry_t *entry) const {
        apr_size_t length;
        const char *text = site_json_escape(site_view_pool(view_), entry->text, entry->length, &length);

        return ctemplate::TemplateString(text, length);
    }

    static bool EndsWith(const ctemplate::TemplateString &name, const char *tail) {
        const size_t length = strlen(tail);

        return name.size() > length && memcmp(name.data() + name.size() - length, tail, length) == 0;
    }
    bool IsThere(const ctemplate::TemplateString &name, size_t tail) const {
        return site_view_find(view_, name.data(), name.size() - tail) != nullptr;
    }

    site_view_t *view_;
};

/* The items of a list; what only holds or has a value is shown once, as it is seen from here. */
class ViewDictionary::Items : public Iterator {
  public:
    Items(site_view_t *view, const apr_array_header_t *items) : item_(view), items_(items), next_(0) {
    }
    bool HasNext() const override {
        return next_ < (items_ ? items_->nelts : 1);
    }
    const ctemplate::TemplateDictionaryInterface &Next() override {
        if (items_)
            item_.view_ = APR_ARRAY_IDX(items_, next_, site_view_t *);
        next_++;
        return item_;
    }

  private:
    ViewDictionary item_;
    const apr_array_header_t *const items_;
    int next_;
};

ViewDictionary::Iterator *ViewDictionary::CreateSectionIterator(const ctemplate::TemplateString &name) const {
    const site_view_entry_t *entry = site_view_find(view_, name.data(), name.size());

    return new Items(view_, entry && entry->kind == SITE_VIEW_LIST ? entry->items : nullptr);
}

} // namespace

struct site_template_set_t {
    ctemplate::TemplateCache cache;
    std::set<std::string> names;
};

extern "C" {

static apr_status_t destroy(void *set) {
    delete static_cast<site_template_set_t *>(set);
    return APR_SUCCESS;
}

site_template_set_t *site_template_set_make(apr_pool_t *pool) {
    try {
        site_template_set_t *set = new site_template_set_t;

        apr_pool_cleanup_register(pool, set, destroy, apr_pool_cleanup_null);
        return set;
    } catch (...) {
        return nullptr;
    }
}

int site_template_set_add(site_template_set_t *set, const char *name, const char *text) {
    try {
        if (!set->cache.StringToTemplateCache(name, std::string(context) + text, strip))
            return 0;
        set->names.insert(name);
        return 1;
    } catch (...) {
        return 0;
    }
}

void site_template_set_close(site_template_set_t *set) {
    set->cache.Freeze();
}

int site_template_set_has(const site_template_set_t *set, const char *name) {
    try {
        return set->names.count(name) != 0;
    } catch (...) {
        return 0;
    }
}

int site_template_expand(const site_template_set_t *set, const char *name, site_view_t *view, site_sink_t *sink) {
    try {
        ViewDictionary dictionary(view);
        SinkEmitter emitter(sink);

        return set->cache.ExpandNoLoad(name, strip, &dictionary, nullptr, &emitter);
    } catch (...) {
        return 0;
    }
}
}
