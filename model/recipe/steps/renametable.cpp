// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/recipe/pairsfile.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Unknown : quint8 { Keep, Drop, Error };
}

template<>
inline constexpr auto enumWords<Unknown> = std::array<std::string_view, 3>{"keep", "drop", "error"};

namespace {
/// Renames whole keys by a table.
struct RenameTable
{
    NamePairs pairs;
    std::string file;
    Unknown unknown = Unknown::Keep;

    static FieldLines fields()
    {
        return FieldLines{
            field("pairs", &RenameTable::pairs, "Old and new keys; null drops one.",
                  mainField | oneOfField | usualField),
            field("file", &RenameTable::file, "A .csv, .tsv or .json file of them, beside the recipe.", oneOfField),
            field("unknown", &RenameTable::unknown, "What to do with keys that are not in the table.")};
    }

    Result<void> resolve(const StepFiles &files)
    {
        if (file.empty())
            return {};
        Result<NamePairs> read = readPairs(QString::fromStdString(file), files.folder);
        if (!read)
            return read.error();
        m_loaded = std::make_shared<const NamePairs>(std::move(*read));
        return {};
    }

    void moveFrom(const QString &folder) { file = pathFrom(folder, file); }

    bool sameResolved(const RenameTable &other) const { return isSameRead(m_loaded, other.m_loaded); }

    std::vector<SentencePart> sentence() const
    {
        if (!file.empty())
            return {plain(tr("Rename by the table ")), code(file)};
        return {plain(tr("Rename %1 keys by a table").arg(pairs.size()))};
    }

    Result<void> apply(StepRun &run) const
    {
        if (!file.empty() && !m_loaded)
            return run.error(tr("its table “%1” has not been loaded.").arg(displayName(file)));
        const NamePairs &table = m_loaded ? *m_loaded : pairs;
        const auto from = [&table](quint32 at) -> Name { return table[at].first; };
        NameIndex index(table.size());
        for (std::size_t i = 0; i < table.size(); ++i)
            index.insert(quint32(i), from);
        return eachRow(run, {}, [&](std::size_t row, auto) -> Result<void> {
            const Name name = run.rows()[row].name;
            const quint32 at = index.find(name, from);
            if (at != NameIndex::none) {
                if (const auto &to = table[at].second)
                    run.rename(row, *to);
                else
                    run.drop(row);
            } else if (unknown == Unknown::Drop) {
                run.drop(row);
            } else if (unknown == Unknown::Error) {
                return run.error(tr("the table has no “%1”.").arg(displayName(name)));
            }
            return {};
        });
    }

private:
    std::shared_ptr<const NamePairs> m_loaded; ///< from `file`
};
}

const StepKind &renameTableStep()
{
    static const StepKind kind = stepKind<RenameTable>(
        {.word = "rename-table",
         .title = "Rename by table",
         .group = "Names",
         .help = "Renames whole keys by a table, in the recipe or in a file; a key that goes to null is dropped.",
         .exampleStep = "rename-table: {pairs: {cls: cls_token, pos_embedding: pos_embed, pooler.weight: null}}",
         .exampleBefore = "cls\npos_embedding\npooler.weight",
         .exampleAfter = "cls_token\npos_embed"});
    return kind;
}
