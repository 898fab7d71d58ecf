// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/handchoices.h"
#include "model/items/keycopy.h"
#include "model/items/keysort.h"
#include "model/items/keytotals.h"
#include "model/items/keytreemodel.h"

#include <QPersistentModelIndex>
#include <QSet>
#include <QTimer>
#include <QTreeView>

#include <array>

class KeyDelegate;
class KeyHeader;
class KeyMatches;
class QLabel;
class QLineEdit;
class QMenu;
class RowFlash;

/// The middle of the window: the tree of keys, or the aligned diff against the target. Keeps what is expanded, selected
/// and where it is scrolled to by name when a new tree comes.
class KeyTreeView final : public QTreeView
{
    Q_OBJECT

public:
    explicit KeyTreeView(QWidget *parent = nullptr);
    ~KeyTreeView() override;
    void setKeys(KeyTreeModel *model);
    /// Which columns make sense: without a target there is one key per row.
    void setHasTarget(bool hasTarget, bool namesChange);

    /// Call before and after the model gets another tree.
    void rememberPlace();
    void restorePlace();
    /// Forget what was expanded and open the first levels, as for a file just opened, or the groups to be opened; the
    /// current key stays current.
    void openFresh();
    /// The full names of the groups that are open, to open them another time. Empty when there are too many.
    QStringList openGroups() const;
    /// What openFresh() opens, until the user opens or closes a group.
    void setGroupsToOpen(const QStringList &groups) { m_groups = groups; }
    /// Expand level by level until so many rows are shown; groups that are left out on purpose can stay closed.
    void expandUpTo(int rows, bool skipLeftOut = false);
    /// Expand whole levels below a row (below all rows without one) for as long as what is shown stays quick to handle.
    void expandBelow(const QModelIndex &index);
    void collapseAllRows();

    /// The columns as the user left them: which are shown, where and how wide; empty while they follow the window.
    QByteArray columns() const;
    void restoreColumns(const QByteArray &columns);
    /// Entries that show and hide columns, sort by them, and put them back.
    void fillColumnsMenu(QMenu *menu);

    /// Select the row of a source, result or target key and scroll to it; false when no row shows it.
    bool goToKey(const QString &key);
    void goToDifference(int direction);
    /// What the selected rows hold together.
    KeyTotals selectionTotals() const;
    /// Whether what is copied is still being put together.
    bool isCopying() const { return m_copying.isRunning(); }
    /// Leave the clipboard as it is.
    void stopCopying() { m_copying.cancel(); }

    /// Mark the keys that this step changed or took out, and the pieces of names that its patterns match; -1: none.
    void markStep(int step);

    /// Edit the name of the current row where it stands, or a component of it that is meant everywhere.
    void rename(HandStep::Kind kind);
    /// Take out the selected keys.
    void dropSelected();
    /// Pick the current row up to be paired, or pair what was picked up with it.
    void pairCurrent();

Q_SIGNALS:
    void currentKeyChanged(const QModelIndex &index);
    /// Other rows are selected, several before or now.
    void selectionTotalsChanged();
    /// The user did this by hand.
    void stepMade(const HandStep &step, const QString &newName);
    void pairMade(const HandPairs &pairs);
    void bindMade(const HandBind &hand);
    /// What was asked for cannot be done, or not all of it, and why.
    void refused(const QString &reason);
    void sortChosen(const KeySort &sort);
    void copyingChanged();
    void copyProgressed(qint64 done, qint64 total);
    /// The clipboard has what took a while.
    void copied(qint64 rows);

public Q_SLOTS:
    void selectAll() override;
    void copyKeys();
    void copySourceKeys();
    void copyShapes();
    void copyPaths();
    void copyPython();
    void pair(const HandPairs &pairs);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;

private:
    /// Whether the user wants to see a column, where they have said so; without and with a target.
    using ColumnChoices = std::array<std::array<std::optional<bool>, KeyTreeModel::ColumnCount>, 2>;

    void makeColumns(KeyHeader *header);
    bool isUsual(KeyTreeModel::Column column) const;
    void showColumns();
    void layoutColumns();
    void showColumn(KeyTreeModel::Column column, bool shown);
    void sortBy(int column, bool descending);
    void resetColumns();
    bool hasOpenRow() const;
    void flashChanges();
    void drawMark(QPainter *painter, const QRect &row, const QModelIndex &index) const;
    void drawPairing(QPainter *painter, const QRect &row, const QModelIndex &index) const;
    std::vector<quint32> selectedNodes() const;
    bool isTooMuch() const;
    QString tooMuchText() const;
    void openMenu(const HandChoices &choices, const QPoint &at);
    void addHandSteps(QMenu *menu, const HandChoices &choices);
    void copy(const RowText &textOf);
    void makeCarrying();
    bool pickUp(const QModelIndex &row, bool isDragged);
    void carryOver(const QModelIndex &row);
    void letGo();
    void pairHere();
    void showBanner();
    void addPairs(QMenu *menu, const HandChoices &choices);
    QModelIndex nameCell() const;
    QLineEdit *editor() const;
    void editAgain();
    void renamed(const QModelIndex &index, const QString &text);
    void followRename(const QString &from, const QString &to);
    void expandKnown(const QModelIndex &parent);
    void selectShown(const QModelIndex &first, const QModelIndex &last, QItemSelectionModel::SelectionFlags command);
    void expandAncestors(const QModelIndex &index);
    QModelIndex firstKey() const;
    std::vector<KeyRows> selectedRows() const;
    bool isBundle(const QModelIndex &row) const;
    static bool isPart(const QModelIndex &row);
    bool refusePart();
    bool openStretch(const QModelIndex &first);
    int expandLevel(const QList<QModelIndex> &level, int room, bool skipLeftOut, QList<QModelIndex> &next);

    KeyTreeModel *m_keys = nullptr;
    KeyDelegate *m_delegate;
    HandStep::Kind m_renaming = HandStep::Kind::Rename; ///< of the editor that is open
    std::optional<QString> m_typed; ///< in the editor that the next tree closes
    std::optional<std::string> m_carried; ///< key or path of the row to be paired
    std::optional<HandPairs> m_pairs; ///< of it and the row it is over
    QPersistentModelIndex m_over;
    QPersistentModelIndex m_pressed; ///< the row that a drag would start from
    QPoint m_pressedAt;
    QLabel *m_banner; ///< says what would be paired
    QTimer m_opening; ///< of a closed group that a row is held over
    bool m_isDragged = false; ///< carried by mouse
    QSet<QString> m_expanded; ///< full names of groups
    QString m_current;
    QString m_renamedTo; ///< the current row's name in the next tree, when the user has just renamed it
    int m_scroll = 0;
    std::shared_ptr<const KeyTree> m_before; ///< the tree shown, while another takes its place
    RowFlash *m_flash; ///< of the rows that an edit changed
    int m_markedStep = -1;
    std::unique_ptr<KeyMatches> m_matches; ///< of its patterns, in the names
    std::vector<quint32> m_marked; ///< places of the keys that it touched
    Job<std::vector<quint32>> m_marking;
    Job<HandChoices> m_choosing; ///< of the menu that is about to open
    Job<std::vector<HandStep>> m_dropping;
    Job<CopiedRows> m_copying;
    QString m_firstKey; ///< that openFresh() made current by itself
    QStringList m_groups; ///< to be opened by openFresh()
    ColumnChoices m_choices;
    bool m_hasTarget = false;
    bool m_namesChange = false;
    bool m_isManySelected = false;
    bool m_isRestoring = false;
    bool m_isOpening = false;
    bool m_userSized = false;
    bool m_isLayingOut = false;
};
