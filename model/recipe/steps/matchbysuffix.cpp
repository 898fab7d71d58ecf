// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Fitting : quint8 { Must, Any };
enum class OneToMany : quint8 { Error, Allow };
}

template<>
inline constexpr auto enumWords<Fitting> = std::array<std::string_view, 2>{"must", "any"};
template<>
inline constexpr auto enumWords<OneToMany> = std::array<std::string_view, 2>{"error", "allow"};

namespace {
/// Call `visit` with `name` and then without one, two, … of its first components, until it returns false.
template<typename Visit>
void eachSuffix(Name name, Visit visit)
{
    while (visit(name)) {
        const std::size_t dot = name.find('.');
        if (dot == Name::npos)
            return;
        name.remove_prefix(dot + 1);
    }
}

/// Which row each target key takes.
class SuffixMatch
{
public:
    static constexpr quint32 none = NameIndex::none;

    SuffixMatch(const std::vector<Row> &rows, const Target &target, const std::vector<std::size_t> &selected)
        : m_rows(rows)
        , m_target(target)
        , m_selected(selected)
        , m_taken(target.keys().size(), none)
        , m_lengths(target.keys().size(), 0)
        , m_ties(target.keys().size(), none)
    {}

    /// The row whose name a target key is or ends with, the longest.
    void takeLonger()
    {
        NameIndex names(m_selected.size());
        const auto nameAt = [this](quint32 at) -> Name { return m_rows[m_selected[at]].name; };
        for (std::size_t i = 0; i < m_selected.size(); ++i)
            names.insert(quint32(i), nameAt);
        for (std::size_t key = 0; key < m_taken.size(); ++key) {
            eachSuffix(m_target.keys()[key].name, [&](Name suffix) {
                const quint32 found = names.find(suffix, nameAt);
                if (found == none)
                    return true;
                m_taken[key] = quint32(m_selected[found]);
                m_lengths[key] = suffix.size();
                return false;
            });
        }
    }

    /// The row whose name ends with a target key, the longest such key, where no row has the key's own name.
    void takeShorter()
    {
        for (const std::size_t row : m_selected) {
            eachSuffix(m_rows[row].name, [&](Name suffix) {
                const quint32 key = m_target.find(suffix);
                if (key == none || suffix.size() == m_rows[row].name.size())
                    return true;
                if (m_taken[key] == none || m_lengths[key] < suffix.size()) {
                    m_taken[key] = quint32(row);
                    m_lengths[key] = suffix.size();
                } else if (m_rows[m_taken[key]].name != suffix) {
                    m_ties[key] = quint32(row);
                }
                return false;
            });
        }
    }

    quint32 taken(std::size_t key) const { return m_taken[key]; }
    /// Another row that the key could as well take.
    quint32 tie(std::size_t key) const { return m_ties[key]; }

private:
    const std::vector<Row> &m_rows;
    const Target &m_target;
    const std::vector<std::size_t> &m_selected;
    std::vector<quint32> m_taken; ///< per target key: row
    std::vector<std::size_t> m_lengths; ///< of what key and row have in common
    std::vector<quint32> m_ties;
};

/// Gives keys the names of the target keys that end like them, as detectron2's align_and_update_state_dicts does.
struct MatchBySuffix
{
    Selector where;
    Fitting shape = Fitting::Must;
    OneToMany oneToMany = OneToMany::Error;
    bool symmetric = false;

    static FieldLines fields()
    {
        return FieldLines{
            field("where", &MatchBySuffix::where, "Which keys."),
            field("shape", &MatchBySuffix::shape, "Whether a key of another shape is left, or paired all the same."),
            field("one-to-many", &MatchBySuffix::oneToMany,
                  "What to do with a key that several target keys end with: an error, or a copy for each."),
            field("symmetric", &MatchBySuffix::symmetric,
                  "Pair keys, too, that end with a target key: with a longer name than it.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(symmetric ? tr("Match to target keys by their ends, either way")
                                           : tr("Match to target keys that end alike"))}
        + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const Target *target = run.target();
        if (!target)
            return run.error(tr("it needs a target, and there is none."));
        const Result<std::vector<std::size_t>> selected = selectRows(run, where);
        if (!selected)
            return selected.error();
        const std::vector<Row> &rows = run.rows(); // as they were, until rename()
        SuffixMatch match(rows, *target, *selected);
        match.takeLonger();
        if (symmetric)
            match.takeShorter();
        std::vector<std::vector<quint32>> keys(rows.size());
        qint64 unfit = 0;
        for (std::size_t key = 0; key < target->keys().size(); ++key) {
            const quint32 row = match.taken(key);
            if (row == SuffixMatch::none)
                continue;
            if (match.tie(key) != SuffixMatch::none)
                return run.error(tr("“%1” and “%2” both end with the target's “%3”.")
                                     .arg(displayName(rows[row].name), displayName(rows[match.tie(key)].name),
                                          displayName(target->keys()[key].name)));
            const TargetKey &wanted = target->keys()[key];
            if (shape == Fitting::Must && !wanted.takes(*rows[row].value->shape)) {
                if (++unfit <= mostTold)
                    tellUnfit(run, rows[row], wanted);
                continue;
            }
            keys[row].push_back(quint32(key));
        }
        if (unfit > mostTold)
            run.finding(Finding::Severity::Warning, "shape-differs",
                        tr("%1 more keys end like target keys of another shape and are left.")
                            .arg(exactText(unfit - mostTold)));
        return rename(run, *target, *selected, keys);
    }

private:
    static void tellUnfit(StepRun &run, const Row &row, const TargetKey &wanted)
    {
        run.finding(Finding::Severity::Warning, "shape-differs",
                    tr("“%1” has the shape %2, and the target's “%3” the shape %4; it is left.")
                        .arg(displayName(row.name), shapeText(*row.value->shape), displayName(wanted.name),
                             shapeText(wanted.shape)),
                    row.name);
    }

    Result<void> rename(StepRun &run, const Target &target, const std::vector<std::size_t> &selected,
                        const std::vector<std::vector<quint32>> &keys) const
    {
        return eachOf(run, selected, [&](std::size_t row) -> Result<void> {
            if (keys[row].empty())
                return {};
            const auto nameOf = [&](std::size_t at) { return target.keys()[keys[row][at]].name; };
            if (keys[row].size() > 1 && oneToMany == OneToMany::Error)
                return run.error(
                    tr("“%1” matches %2 target keys, “%3” and “%4” among them; “one-to-many: allow” copies it.")
                        .arg(displayName(run.rows()[row].name))
                        .arg(keys[row].size())
                        .arg(displayName(nameOf(0)), displayName(nameOf(1))));
            for (std::size_t copy = 1; copy < keys[row].size(); ++copy)
                run.add(nameOf(copy), run.rows()[row].value, row, row);
            run.rename(row, nameOf(0));
            return {};
        });
    }
};
}

const StepKind &matchBySuffixStep()
{
    static const StepKind kind = stepKind<MatchBySuffix>(
        {.word = "match-by-suffix",
         .title = "Match by the end",
         .group = "Pairing",
         .help = "Gives each key the name of the target key that ends with it, whole components; the longest key wins. "
                 "Keys of another shape, and keys that no target key ends with, are left as they are.",
         .exampleStep = "match-by-suffix: {where: {not: {prefix: fc.}}}",
         .exampleBefore = "stem.conv1.weight\nres2.0.conv1.weight\nfc.weight",
         .exampleAfter = "backbone.stem.conv1.weight\nbackbone.res2.0.conv1.weight\nfc.weight"});
    return kind;
}
