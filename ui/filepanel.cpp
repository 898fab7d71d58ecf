// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filepanel.h"

#include "model/base/text.h"
#include "ui/factspage.h"

#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
struct GradeLook
{
    QString sign;
    QString word;
    Tone tone;
};

GradeLook look(NameGrade grade)
{
    switch (grade) {
    case NameGrade::Known: return {u"✓"_s, FilePanel::tr("known"), Tone::Text};
    case NameGrade::Unknown: return {u"?"_s, FilePanel::tr("unknown"), Tone::Unexpected};
    case NameGrade::Dangerous: return {u"✗"_s, FilePanel::tr("dangerous"), Tone::Missing};
    }
    Q_UNREACHABLE();
}

/// The sign and colour of what would be dangerous to run.
class ObjectDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return {size.width(), option.fontMetrics.height() * 3 / 2};
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto grade = NameGrade(index.data(ObjectTreeModel::GradeRole).toInt());
        const bool isType = index.column() == ObjectTreeModel::TypeColumn;
        const GradeLook how = look(grade);
        if (isType && grade != NameGrade::Known)
            option->text = how.sign + u' ' + option->text;
        const Tone tone = isType && grade == NameGrade::Known ? Tone::Muted : isType ? how.tone : Tone::Text;
        option->palette.setColor(QPalette::Text, colour(tone, option->palette));
        option->palette.setColor(QPalette::HighlightedText, colour(tone, option->palette));
    }
};

QString verdictOn(const Checkpoint &checkpoint)
{
    if (checkpoint.format() == Format::Safetensors)
        return FilePanel::tr("A safetensors file holds no pickle: it can name nothing to run.");
    qint64 counts[3]{};
    for (const auto &[name, grade] : checkpoint.namesInPickle())
        ++counts[int(grade)];
    if (counts[int(NameGrade::Dangerous)] > 0)
        return FilePanel::tr(
            "The pickle names what could run commands where it is loaded without care. Here nothing is "
            "run, and none of it is saved.");
    if (counts[int(NameGrade::Unknown)] > 0)
        return FilePanel::tr("The pickle names types that are not known here. Nothing is run; they are shown as data.");
    return FilePanel::tr("The pickle names only what is known to make plain data.");
}
}

FilePanel::FilePanel(QWidget *parent) : QWidget(parent), m_facts(new QScrollArea(this)), m_tree(new QTreeView(this))
{
    setAccessibleName(tr("About the file"));
    m_facts->setAccessibleName(tr("Facts about the file"));
    m_facts->setFrameShape(QFrame::NoFrame);
    m_facts->setWidgetResizable(true);
    m_facts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_facts->viewport()->setBackgroundRole(QPalette::Window);
    m_tree->setObjectName(u"objectTree"_s);
    m_tree->setAccessibleName(tr("Objects in the file"));
    m_tree->setModel(&m_objects);
    m_tree->setItemDelegate(new ObjectDelegate(m_tree));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setEditTriggers(QTreeView::NoEditTriggers);
    m_tree->header()->setAccessibleName(tr("Columns of the objects"));
    m_tree->header()->setStretchLastSection(true);
    auto *parts = new QSplitter(Qt::Vertical, this);
    parts->addWidget(m_facts);
    parts->addWidget(m_tree);
    parts->setStretchFactor(1, 1);
    parts->setChildrenCollapsible(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(parts);
    const int h = Metrics(*this).h;
    parts->setSizes({h * 26, h * 26});
    setCheckpoint(nullptr);
}

void FilePanel::setCheckpoint(const std::shared_ptr<const Checkpoint> &checkpoint)
{
    m_objects.setCheckpoint(checkpoint);
    m_tree->setVisible(m_objects.rowCount() > 0);
    const int h = Metrics(*this).h;
    m_tree->setColumnWidth(ObjectTreeModel::NameColumn, h * 8);
    m_tree->setColumnWidth(ObjectTreeModel::ValueColumn, h * 7);
    if (checkpoint) {
        showFacts(*checkpoint);
        return;
    }
    auto *page = new FactsPage;
    page->addText(tr("Open a checkpoint to see what is in it besides tensors."), Tone::Muted);
    page->column()->addStretch();
    m_facts->setWidget(page);
}

void FilePanel::showFacts(const Checkpoint &checkpoint)
{
    constexpr std::size_t mostRoots = 20;
    auto *page = new FactsPage;
    page->addKey(displayName(checkpoint.fileName().toStdString()), true);
    page->addText(checkpoint.formatText() + u" · "_s + bytesText(checkpoint.bytesOnDisk()), Tone::Muted);
    std::vector<FactLine> lines{{tr("folder"), displayName(QFileInfo(checkpoint.path()).path().toStdString()), true}};
    if (checkpoint.files().size() > 1)
        lines.push_back({tr("files"), exactText(qint64(checkpoint.files().size()))});
    for (std::size_t at = 0; at < std::min(checkpoint.roots().size(), mostRoots); ++at) {
        const Root &root = checkpoint.roots()[at];
        const QString name = root.path.empty() ? tr("top level") : displayName(::pathText(root.path));
        lines.push_back(
            {tr("root"),
             tr("%1: %2 tensors, %3 parameters").arg(name, exactText(qint64(root.count)), countText(root.parameters))});
    }
    page->addLines(lines);
    showNames(page, checkpoint);
    if (m_objects.rowCount() == 0) {
        page->addHeading(tr("Other objects"));
        page->addText(tr("There is nothing in the file but tensors."), Tone::Muted);
    } else {
        page->addHeading(tr("Objects"));
    }
    page->column()->addStretch();
    m_facts->setWidget(page);
}

/// The dangerous ones first.
void FilePanel::showNames(FactsPage *page, const Checkpoint &checkpoint)
{
    constexpr std::size_t mostNames = 100;
    page->addHeading(tr("What the pickle names"));
    auto names = checkpoint.namesInPickle();
    std::stable_sort(names.begin(), names.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
    const NameGrade worst = names.empty() ? NameGrade::Known : names.front().second;
    QLabel *said = page->addText(verdictOn(checkpoint), look(worst).tone);
    said->setObjectName(u"pickleVerdict"_s);
    for (std::size_t at = 0; at < std::min(names.size(), mostNames); ++at) {
        const auto &[name, grade] = names[at];
        const GradeLook how = look(grade);
        QLabel *line = page->addText(u"%1 %2 · %3"_s.arg(how.sign, displayName(name), how.word), how.tone);
        line->setObjectName(u"pickleName"_s);
    }
    if (names.size() > mostNames)
        page->addText(tr("and %1 more").arg(exactText(qint64(names.size() - mostNames))), Tone::Muted);
}
