// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/codec.h"
#include "model/recipe/nodespan.h"
#include "model/recipe/recipetext.h"
#include "model/recipe/textpatch.h"
#include "model/recipe/unfold.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

/// `after` in the words of the text where it is what it was `before`: a value that came from a parameter stays a
/// reference to it.
Node inWordsOf(const Node &text, const Node &before, const Node &after)
{
    if (after == before)
        return text;
    Node worded = after;
    if (text.isMap() && before.isMap() && after.isMap()) {
        for (auto &[name, value] : worded.entries) {
            const Node *there = text.find(name);
            const Node *old = before.find(name);
            if (there && old)
                value = inWordsOf(*there, *old, value);
        }
    } else if (text.isList() && before.isList() && after.isList() && text.items.size() == before.items.size()) {
        for (std::size_t i = 0; i < std::min(worded.items.size(), text.items.size()); ++i)
            worded.items[i] = inWordsOf(text.items[i], before.items[i], worded.items[i]);
    }
    return worded;
}

/// Lines moved to the right (to the left when negative); nothing when one has no room.
std::string indented(std::string_view lines, std::ptrdiff_t by)
{
    std::string moved;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
        const bool isBlank = blanks == line.size();
        if (!isBlank && by < 0 && std::ptrdiff_t(blanks) < -by)
            return {};
        if (!isBlank)
            moved += std::string(std::size_t(std::ptrdiff_t(blanks) + by), ' ') + std::string(line.substr(blanks));
        moved += '\n';
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
    return moved;
}
}

/// Makes the recipes that edits give: patches the text, reads it again, and keeps it if it says what is wanted;
/// otherwise (a layout it does not know) the text is written anew.
class RecipeEditor
{
public:
    explicit RecipeEditor(const Recipe &recipe) : m_before(recipe), m_text(recipe.m_text), m_steps(recipe.m_steps)
    {
        if (Result<Node> node = parseText(m_text))
            m_root = std::move(*node);
        const Node *list = m_root.find("steps");
        m_list = list ? *list : Node();
    }

    Recipe inserted(std::size_t index, const Step &step)
    {
        m_steps.insert(m_steps.begin() + std::ptrdiff_t(index), step);
        return finish(patched(m_text, insertion(index, printStep(step))));
    }

    Recipe replaced(std::size_t index, const Step &step)
    {
        const Node before = printStep(std::exchange(m_steps[index], step));
        const Node after = printStep(step);
        return finish(
            patched(m_text, replacement(index, isListed() ? inWordsOf(m_list.items[index], before, after) : after)));
    }

    Recipe copied(std::size_t index)
    {
        m_steps.insert(m_steps.begin() + std::ptrdiff_t(index) + 1, m_steps[index]);
        if (!isListed())
            return finish({});
        return finish(patched(m_text, insertion(index + 1, m_list.items[index])));
    }

    /// `steps`, which are those of `other`, behind these: as its text has them, comments too, if that says them here.
    Recipe appended(const RecipeEditor &other, const std::vector<Step> &steps)
    {
        m_steps.insert(m_steps.end(), steps.begin(), steps.end());
        if (!isListed() || m_list.flow || m_list.items.empty())
            return finish({});
        const std::size_t at = lines(m_list.items.size() - 1).second;
        const std::string gap = m_text[at - 1] == '\n' ? "" : "\n";
        if (const auto recipe = said(patched(m_text, {{at, at, gap + other.block(column())}})))
            return *recipe;
        std::string items = gap;
        for (const Step &step : steps)
            items += itemText(printStep(step), column());
        return finish(patched(m_text, {{at, at, items}}));
    }

    Recipe removed(std::size_t index)
    {
        m_steps.erase(m_steps.begin() + std::ptrdiff_t(index));
        return finish(patched(m_text, removal(index)));
    }

    /// `steps` in the place of one: with the words and comments of `other`, if its text says just them here.
    Recipe replaced(std::size_t index, const std::vector<Step> &steps, const RecipeEditor &other)
    {
        m_steps.erase(m_steps.begin() + std::ptrdiff_t(index));
        m_steps.insert(m_steps.begin() + std::ptrdiff_t(index), steps.begin(), steps.end());
        if (!isListed() || m_list.flow)
            return finish({});
        const std::size_t begin = lineBegin(m_text, dash(index));
        const std::size_t end = lines(index).second;
        if (const auto recipe = said(patched(m_text, {{begin, end, other.block(column())}})))
            return *recipe;
        std::string items;
        for (const Step &step : steps)
            items += itemText(printStep(step), column());
        return finish(patched(m_text, {{begin, end, items}}));
    }

    Recipe moved(std::size_t from, std::size_t to)
    {
        const Step step = m_steps[from];
        m_steps.erase(m_steps.begin() + std::ptrdiff_t(from));
        m_steps.insert(m_steps.begin() + std::ptrdiff_t(to), step);
        if (from == to || !isListed() || m_list.flow)
            return finish(from == to ? m_text : std::string());
        const auto [begin, end] = lines(from);
        std::string piece = m_text.substr(begin, end - begin);
        if (!piece.ends_with('\n'))
            piece += '\n';
        // Behind the item that then stands before it.
        const std::size_t at = to > from ? lines(to).second : lines(to).first;
        const bool needsBreak = at == m_text.size() && !m_text.ends_with('\n');
        return finish(patched(m_text, {{begin, end, {}}, {at, at, (needsBreak ? "\n" : "") + piece}}));
    }

    Recipe withBind(const Bind &bind)
    {
        m_bind = bind;
        const Node *text = m_root.find("bind");
        const Node after = printBind(bind);
        return finish(patched(m_text, bindEdits(text ? inWordsOf(*text, printBind(m_before.m_bind), after) : after)));
    }

    /// The text with another value of a parameter; empty when it has none of this name.
    std::string withParam(std::string_view name, const Node &value) const
    {
        const Node *params = m_root.find("params");
        const Node *before = params ? params->find(name) : nullptr;
        if (!before)
            return {};
        const std::size_t begin = m_text.find(':', before->keyBegin) + 1;
        // In quotes, which JSON and YAML share, a text stays a text whatever it says.
        const bool isJson = formatOf(m_text) == TextFormat::Json || value.quoted;
        const std::string text = isJson ? jsonText(value) : flowText(value);
        return patched(m_text, {{begin, std::max(begin, before->end), ' ' + text}});
    }

private:
    bool isListed() const { return m_list.isList() && m_list.items.size() == m_before.m_steps.size(); }

    /// The dash before item `index`.
    std::size_t dash(std::size_t index) const
    {
        const std::size_t at = m_text.rfind('-', m_list.items[index].begin - 1);
        return at == std::string::npos ? m_list.items[index].begin : at;
    }

    /// Item `index` of a block list with the comment lines right above it.
    std::pair<std::size_t, std::size_t> lines(std::size_t index) const
    {
        std::size_t begin = lineBegin(m_text, dash(index));
        const std::size_t least = lineEnd(m_text, index > 0 ? m_list.items[index - 1].end : m_list.keyBegin);
        while (begin > least) {
            const std::size_t above = lineBegin(m_text, begin - 1);
            const std::size_t first = m_text.find_first_not_of(" \t", above);
            if (above < least || first >= begin || m_text[first] != '#')
                break;
            begin = above;
        }
        return {begin, lineEnd(m_text, m_list.items[index].end)};
    }

    std::string piece(const Node &step) const
    {
        return formatOf(m_text) == TextFormat::Json ? jsonText(step) : flowText(step);
    }

    std::vector<TextEdit> insertion(std::size_t index, const Node &step) const
    {
        constexpr std::size_t indent = 2;
        if (!m_root.find("steps"))
            return newEntry("steps", itemText(step, indent), Node::list({step}));
        if (!m_list.isList() || m_list.items.empty())
            return firstItem(step);
        const std::size_t count = m_list.items.size();
        if (m_list.flow) {
            if (index < count)
                return {{m_list.items[index].begin, m_list.items[index].begin, piece(step) + ", "}};
            return {{m_list.items.back().end, m_list.items.back().end, ", " + piece(step)}};
        }
        if (index < count)
            return {{lines(index).first, lines(index).first, itemText(step, column())}};
        const std::size_t at = lines(count - 1).second;
        return {{at, at, (m_text[at - 1] == '\n' ? "" : "\n") + itemText(step, column())}};
    }

    /// Of a block list: where its dashes stand.
    std::size_t column() const { return dash(0) - lineBegin(m_text, dash(0)); }

    /// The lines of all items, for a list whose dashes stand at `column`; nothing when they cannot be taken as they
    /// are.
    std::string block(std::size_t at) const
    {
        if (!isListed() || m_list.flow || m_list.items.empty())
            return {};
        const std::size_t begin = lines(0).first;
        const std::size_t end = lines(m_list.items.size() - 1).second;
        return indented(std::string_view(m_text).substr(begin, end - begin),
                        std::ptrdiff_t(at) - std::ptrdiff_t(column()));
    }

    /// Into `steps: []` or `steps:`.
    std::vector<TextEdit> firstItem(const Node &step) const
    {
        if (formatOf(m_text) == TextFormat::Json)
            return {{m_list.begin, m_list.end, '[' + piece(step) + ']'}};
        const std::size_t colon = m_text.find(':', m_list.keyBegin) + 1;
        const std::size_t end = std::max(colon, m_list.end);
        std::string text = itemText(step, 2);
        const std::size_t next = lineEnd(m_text, end);
        const bool endsWithBreak = next > 0 && m_text[next - 1] == '\n';
        return {{colon, end, {}}, {next, next, endsWithBreak ? text : '\n' + text}};
    }

    /// A new header at the end (steps: before bind).
    std::vector<TextEdit> newEntry(const std::string &name, const std::string &block, const Node &value) const
    {
        if (formatOf(m_text) == TextFormat::Json) {
            const std::size_t at = m_root.entries.back().second.end;
            return {{at, at, ", " + jsonText(Node::scalar(name)) + ": " + jsonText(value)}};
        }
        if (m_root.flow)
            return {};
        const Node *bind = name == "steps" ? m_root.find("bind") : nullptr;
        const std::size_t at = bind ? lineBegin(m_text, bind->keyBegin) : m_text.size();
        const bool needsBreak = at > 0 && m_text[at - 1] != '\n';
        return {{at, at, (needsBreak ? "\n" : "") + name + ':' + (name == "steps" ? "\n" : " ") + block}};
    }

    std::vector<TextEdit> replacement(std::size_t index, const Node &step) const
    {
        if (!isListed())
            return {};
        const Node &before = m_list.items[index];
        if (const auto edits = before.isMap() && step.isMap() ? patchNode(m_text, before, step) : std::nullopt)
            return *edits;
        if (m_list.flow || (before.isMap() && before.flow))
            return {{before.begin, before.end, piece(step)}};
        // The first line takes the place of the item, so that a comment behind it stays; the rest follows.
        const std::size_t start = dash(index);
        const std::string whole = itemText(step, start - lineBegin(m_text, start));
        const std::size_t firstEnd = whole.find('\n');
        const std::size_t next = lineEnd(m_text, before.end);
        const bool needsBreak = next == m_text.size() && !m_text.ends_with('\n') && firstEnd + 1 < whole.size();
        return {{start, before.end,
                 whole.substr(start - lineBegin(m_text, start), firstEnd - (start - lineBegin(m_text, start)))},
                {next, next, (needsBreak ? "\n" : "") + whole.substr(firstEnd + 1)}};
    }

    std::vector<TextEdit> removal(std::size_t index) const
    {
        if (!isListed())
            return {};
        const auto &items = m_list.items;
        if (!m_list.flow)
            return {{lines(index).first, lines(index).second, {}}};
        if (index + 1 < items.size())
            return {{items[index].begin, items[index + 1].begin, {}}};
        return {{index > 0 ? items[index - 1].end : items[index].begin, items[index].end, {}}};
    }

    std::vector<TextEdit> bindEdits(const Node &bind) const
    {
        const Node *before = m_root.find("bind");
        if (!before)
            return bind.isNull() ? std::vector<TextEdit>() : newEntry("bind", flowText(bind) + '\n', bind);
        if (bind.isNull()) {
            if (m_root.flow)
                return {{before->begin, before->end, "{}"}};
            return {
                {lineBegin(m_text, before->keyBegin), lineEnd(m_text, std::max(before->keyBegin, before->end)), {}}};
        }
        if (const auto edits = before->isMap() ? patchNode(m_text, *before, bind) : std::nullopt)
            return *edits;
        const std::size_t colon = m_text.find(':', before->keyBegin) + 1;
        const std::string text = formatOf(m_text) == TextFormat::Json ? jsonText(bind) : flowText(bind);
        return {{colon, std::max(colon, before->end), ' ' + text}};
    }

    const Bind &bind() const { return m_bind ? *m_bind : m_before.m_bind; }

    /// The recipe that a text is, if it says what is wanted.
    std::optional<Recipe> said(const std::string &text) const
    {
        if (text.empty())
            return std::nullopt;
        Result<Recipe> read = Recipe::parse(text, m_before.m_fileName, {RecipeReading::Names::Any});
        const bool isWanted = read && read->m_steps == m_steps && read->m_bind == bind() && sameHeaders(*read);
        return isWanted ? std::optional(std::move(*read)) : std::nullopt;
    }

    Recipe finish(const std::string &text)
    {
        if (auto recipe = said(text))
            return *std::move(recipe);
        Recipe recipe = m_before;
        recipe.m_steps = m_steps;
        recipe.m_bind = bind();
        recipe.m_params.clear(); // the steps hold their values
        recipe.m_text = recipeText(recipe);
        return recipe;
    }

    bool sameHeaders(const Recipe &other) const
    {
        return other.m_name == m_before.m_name && other.m_about == m_before.m_about
            && other.m_source == m_before.m_source && other.m_native == m_before.m_native
            && other.m_applies == m_before.m_applies && other.m_params == m_before.m_params;
    }

    const Recipe &m_before;
    std::string m_text;
    std::vector<Step> m_steps;
    std::optional<Bind> m_bind;
    Node m_root;
    Node m_list; ///< of steps
};

Recipe Recipe::withInserted(int index, const Step &step) const
{
    return RecipeEditor(*this).inserted(std::size_t(index), step);
}

Recipe Recipe::withStep(int index, const Step &step) const
{
    return RecipeEditor(*this).replaced(std::size_t(index), step);
}

Recipe Recipe::withCopy(int index) const
{
    return RecipeEditor(*this).copied(std::size_t(index));
}

Recipe Recipe::withRemoved(int index) const
{
    return RecipeEditor(*this).removed(std::size_t(index));
}

Recipe Recipe::withMoved(int from, int to) const
{
    return RecipeEditor(*this).moved(std::size_t(from), std::size_t(to));
}

Recipe Recipe::withBind(const Bind &bind) const
{
    return RecipeEditor(*this).withBind(bind);
}

Result<Recipe> Recipe::withParam(std::string_view name, std::string_view value) const
{
    const auto usage = [](const QString &message) { return Error{Error::Kind::Usage, message}; };
    std::vector<std::string_view> names;
    for (const auto &[known, byDefault] : m_params)
        names.push_back(known);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return usage(tr("The recipe has no parameter “%1”%2").arg(displayName(name), suggestion(name, names)));
    const Result<Node> node = paramValue(m_params[std::size_t(found - names.begin())].second, value);
    if (!node)
        return usage(tr("The parameter “%1”: %2").arg(displayName(name), node.error().message));
    return Recipe::parse(RecipeEditor(*this).withParam(name, *node), m_fileName);
}

Recipe Recipe::joined(const Recipe &other) const
{
    if (other.m_steps.empty() && other.m_bind == Bind())
        return *this;
    if (m_steps.empty() && m_bind == Bind())
        return other;
    const Recipe recipe = RecipeEditor(*this).appended(RecipeEditor(other), stepsFor(*this, other));
    return m_bind == Bind() && other.m_bind != Bind() ? recipe.withBind(other.m_bind) : recipe;
}

Recipe withStepsOf(const Recipe &recipe, int index, const std::vector<Step> &steps, const Recipe &other)
{
    return RecipeEditor(recipe).replaced(std::size_t(index), steps, RecipeEditor(other));
}
